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
    flag_list.flag_id,
    flag_list.call_id,
    flag_list.call_date,
    flag_list.started_at,
    flag_list.agent_id,
    flag_list.agent_name,
    flag_list.team,
    flag_list.queue,
    flag_list.language,
    flag_list.rule_id,
    coalesce(rule_text.title_failed, flag_list.rule_title_failed, flag_list.rule_id) as title,
    flag_list.severity,
    flag_list.start_s,
    flag_list.quote,
    flag_list.machine_priority,
    last_review.human_value,
    last_review.reason,
    last_review.reviewed_at
from mart.flag_list
semi join visible using (call_date, call_id)
left join last_review
    on flag_list.call_id = last_review.call_id and flag_list.rule_id = last_review.rule_id
left join core.rule_text
    on
        flag_list.rule_id = rule_text.rule_id
        and flag_list.rule_version = rule_text.rule_version
        and rule_text.language = $language
where last_review.call_id is not null or flag_list.flag_id in (select unnest($decided))
