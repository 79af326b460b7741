-- Every pass, fail and observation has evidence: the passage that was found or the window that was
-- searched.
select finding.call_id || '/' || finding.rule_id as id
from core.finding
anti join core.evidence using (call_date, call_id, rule_id)
where
    finding.outcome in ('pass', 'fail', 'observed')
    and finding.call_id in (select added.call_id from added)
