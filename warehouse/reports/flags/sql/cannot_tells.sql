-- One row per rule version that could not tell in some of a supervisor's calls.
select
    coalesce(any_value(rule_text.title), any_value(rule.title)) as rule_title,
    count(*) as call_count,
    list({ 'call_id': call_id, 'call_date': call_date } order by listed.started_at)[:$calls_shown]
        as calls
from listed
inner join core.final_finding as finding using (call_date, call_id)
inner join core.rule using (rule_id, rule_version)
left join core.rule_text
    on
        rule.rule_id = rule_text.rule_id
        and rule.rule_version = rule_text.rule_version
        and rule_text.language = $language
where listed.supervisor_id = $supervisor_id and finding.outcome = 'cannot_tell'
group by rule.rule_id, rule.rule_version
order by call_count desc, rule_title asc
