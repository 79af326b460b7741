-- The open flags of the calls that somebody may see, with the rule's title in their language.
select
    open_flag.flag_id,
    open_flag.call_id,
    open_flag.call_date,
    open_flag.agent_id,
    open_flag.agent_name,
    open_flag.queue,
    open_flag.rule_id,
    coalesce(rule_text.title_failed, open_flag.rule_title_failed) as title,
    open_flag.severity,
    open_flag.start_s,
    open_flag.listed_on,
    open_flag.open_days,
    flag_list.machine_priority,
    flag_list.quote
from mart.open_flag
semi join visible using (call_date, call_id)
inner join mart.flag_list using (flag_id)
left join core.rule_text
    on
        flag_list.rule_id = rule_text.rule_id
        and flag_list.rule_version = rule_text.rule_version
        and rule_text.language = $language
