-- One row per listed flag that nobody has decided, by supervisor, the most severe first, and one
-- without a flag for each supervisor who has none.
with supervisors as (
    select
        supervisor_id,
        max_by(supervisor_name, valid_from) as supervisor_name
    from core.agent
    group by supervisor_id
),

open_flag as (
    select
        flag.supervisor_id,
        flag.flag_id,
        flag.call_id,
        flag.call_date,
        flag.agent_name,
        flag.queue,
        flag.severity,
        flag.start_s,
        flag.open_days,
        coalesce(rule_text.title_failed, flag.rule_title_failed, flag.rule_id) as rule_title_failed
    from mart.open_flag as flag
    inner join core.finding using (call_date, call_id, rule_id)
    left join core.rule_text
        on
            flag.rule_id = rule_text.rule_id
            and finding.rule_version = rule_text.rule_version
            and rule_text.language = $language
    where flag.open_days is not null
)

select
    supervisors.supervisor_id,
    supervisors.supervisor_name,
    flag.call_id,
    flag.call_date,
    flag.agent_name,
    flag.queue,
    flag.severity,
    flag.start_s,
    flag.open_days,
    flag.rule_title_failed,
    mart.minutes_seconds(flag.start_s) as start_minutes_seconds
from supervisors
left join open_flag as flag using (supervisor_id)
order by
    supervisors.supervisor_name asc,
    supervisors.supervisor_id asc,
    mart.severity_weight(flag.severity) desc,
    flag.open_days desc,
    flag.flag_id asc
