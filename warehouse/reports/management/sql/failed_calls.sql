-- One row per call of the period that failed a rule.
select
    call_id,
    call_date,
    any_value(reported.language) as language,
    min_by(evidence.role, start_s) as role,
    min(evidence.start_s) as start_s,
    min_by(evidence.quote, start_s) as quote
from core.final_finding as finding
inner join reported using (call_date, call_id)
inner join core.evidence using (call_date, call_id, rule_id)
where
    reported.is_now
    and rule_id = $rule_id and finding.outcome = 'fail'
group by call_id, call_date, finding.confidence
order by finding.confidence desc, call_date desc, call_id asc
limit $clips_shown
