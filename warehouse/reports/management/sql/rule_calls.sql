-- One row per call of the period in which a rule had an outcome, the latest first.
select
    reported.call_id,
    reported.call_date
from core.final_finding as finding
inner join reported using (call_date, call_id)
where
    reported.is_now
    and finding.rule_id = $rule_id
    and finding.outcome = $outcome
order by reported.started_at desc, reported.call_id desc
limit $calls_shown
