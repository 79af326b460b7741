-- The machine's outcome of every rule in a call that the person may see.
select
    finding.rule_id,
    finding.outcome,
    finding.flagged
from core.finding
semi join visible using (call_date, call_id)
where finding.call_id = $call_id
