-- One row per flag of a supervisor's list, the most urgent first.
select
    row_number() over urgency as rank,
    night_flags.flag_id,
    night_flags.call_id,
    night_flags.call_date,
    night_flags.started_local,
    night_flags.agent_id,
    night_flags.agent_name,
    night_flags.team,
    night_flags.queue,
    night_flags.language,
    night_flags.rule_id,
    night_flags.rule_tags,
    night_flags.outcome,
    night_flags.severity,
    night_flags.confidence,
    night_flags.reason_code,
    night_flags.reason_values,
    night_flags.why,
    night_flags.role,
    night_flags.start_s,
    night_flags.start_minutes_seconds,
    night_flags.end_minutes_seconds,
    night_flags.quote,
    night_flags.earlier_flag_count,
    night_flags.earlier_call_count,
    night_flags.priority,
    night_flags.listed_before,
    coalesce(rule_text.title, night_flags.rule_title) as rule_title,
    coalesce(rule_text.title_failed, night_flags.rule_title_failed) as rule_title_failed,
    coalesce(rule_text.why, night_flags.rule_why) as rule_why
from night_flags
left join core.rule_text
    on
        night_flags.rule_id = rule_text.rule_id
        and night_flags.rule_version = rule_text.rule_version
        and rule_text.language = $language
where night_flags.supervisor_id = $supervisor_id
window urgency as (order by priority desc, started_local asc, start_s asc, flag_id asc)
order by rank
