-- Every pass, fail and observation has evidence: the passage that was found or the window that was
-- searched.
with proven as (
    select
        evidence.call_date,
        evidence.call_id,
        evidence.rule_id
    from core.evidence
    semi join added using (call_date, call_id)
)

select finding.call_id || '/' || finding.rule_id as id
from core.finding
semi join added using (call_date, call_id)
anti join proven using (call_date, call_id, rule_id)
where finding.outcome in ('pass', 'fail', 'observed')
