-- The flags of the calls that somebody may see that have a review or are decided at the desk, with
-- the last review that the warehouse has.
with last_review as (
    select
        call_id,
        rule_id,
        max_by(human_value, reviewed_at) as human_value,
        max_by(reason, reviewed_at) as reason,
        max(reviewed_at) as reviewed_at
    from core.review
    where rule_id is not null and occasion != 'calibration'
    group by call_id, rule_id
)

select
    flag.flag_id,
    flag.call_id,
    flag.call_date,
    visible.started_at,
    visible.agent_id,
    visible.agent_name,
    visible.team,
    visible.queue,
    visible.language,
    flag.rule_id,
    coalesce(rule_text.title_failed, rule.title_failed, flag.rule_id) as title,
    flag.severity,
    flag.start_s,
    flag.quote,
    mart.severity_weight(flag.severity) * flag.confidence as urgency,
    last_review.human_value,
    last_review.reason,
    last_review.reviewed_at
from core.flag
inner join visible using (call_date, call_id)
left join last_review
    on flag.call_id = last_review.call_id and flag.rule_id = last_review.rule_id
left join core.rule
    on flag.rule_id = rule.rule_id and flag.rule_version = rule.rule_version
left join core.rule_text
    on
        flag.rule_id = rule_text.rule_id
        and flag.rule_version = rule_text.rule_version
        and rule_text.language = $language
where last_review.call_id is not null or flag.flag_id in (select unnest($decided))
