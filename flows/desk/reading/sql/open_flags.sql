-- The flags without a review in the calls that somebody may see, with the rule's title in their
-- language; what was decided at the desk since the last run is left to the caller.
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
    open_flag.open_days
from mart.open_flag
semi join visible using (call_date, call_id)
inner join mart.flag_list using (flag_id)
left join core.rule_text
    on
        flag_list.rule_id = rule_text.rule_id
        and flag_list.rule_version = rule_text.rule_version
        and rule_text.language = $language
