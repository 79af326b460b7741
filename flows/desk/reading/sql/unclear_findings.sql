-- The findings that neither the machine nor a reviewer could tell, each with its first evidence.
with place as (
    select
        call_date,
        call_id,
        rule_id,
        min_by(start_s, position) as start_s,
        min_by(end_s, position) as end_s,
        min_by(quote, position) as quote
    from core.evidence
    group by call_date, call_id, rule_id
)

select
    finding.call_id,
    finding.call_date,
    finding.rule_id,
    finding.rule_version,
    coalesce(rule_text.title, rule.title) as title,
    coalesce(rule_text.why, rule.why) as matters,
    finding.severity,
    finding.reason_code,
    finding.reason_values,
    visible.language,
    visible.duration_s,
    place.start_s,
    place.end_s,
    place.quote
from core.final_finding as finding
inner join visible using (call_date, call_id)
inner join core.rule using (rule_id, rule_version)
left join core.rule_text
    on
        finding.rule_id = rule_text.rule_id
        and finding.rule_version = rule_text.rule_version
        and rule_text.language = $language
left join place using (call_date, call_id, rule_id)
where finding.outcome = 'cannot_tell'
