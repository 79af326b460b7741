-- One row per flag: what a supervisor should review, with its priority.
with agent_rule_days as (
    select
        call.agent_id,
        finding.rule_id,
        call.call_date,
        count(*) filter (where finding.flagged) as flag_count,
        count(*) as call_count
    from core.final_finding as finding
    inner join core.call using (call_date, call_id)
    group by call.agent_id, finding.rule_id, call.call_date
),

history as (
    select
        agent_id,
        rule_id,
        call_date,
        coalesce(sum(flag_count) over four_weeks, 0)::bigint as earlier_flag_count,
        coalesce(sum(call_count) over four_weeks, 0)::bigint as earlier_call_count,
        1 + coalesce(
            mart.wilson_low(earlier_flag_count, earlier_call_count),
            0
        ) as history_weight
    from agent_rule_days
    window four_weeks as (
        partition by agent_id, rule_id
        order by call_date
        range between interval 28 days preceding and interval 1 day preceding
    )
)

select
    -- Id of the flag.
    flag.flag_id,
    -- The run whose list contains it: the first that raised it for this supervisor; null if no run
    -- has ended since.
    listed.listed_run_id,
    -- Who receives it.
    call.supervisor_id,
    -- Name of the supervisor.
    call.supervisor_name,
    -- The agent's team on that day.
    call.team,
    -- Id of the agent in the contact centre.
    call.agent_id,
    -- Name of the agent.
    call.agent_name,
    -- The call.
    flag.call_id,
    -- Day on which the call started, in the site's time zone.
    flag.call_date,
    -- Start of the call.
    call.started_at,
    -- Queue that the call came through.
    call.queue,
    -- Language of the call, ISO 639-1.
    call.language,
    -- The rule.
    flag.rule_id,
    -- Its version.
    flag.rule_version,
    -- Title of the rule: what is checked.
    rule.title as rule_title,
    -- What a failure means, in a few words; the title where the rule file has nothing else.
    rule.title_failed as rule_title_failed,
    -- Why the rule matters.
    rule.why as rule_why,
    -- Its tags; empty if it has none.
    coalesce(rule.tags, []) as rule_tags,
    -- The machine's outcome: fail, cannot_tell or observed.
    flag.outcome,
    -- Whether a reviewer has overruled it.
    flag.is_dismissed,
    -- minor, major or critical: that of the rule, or one step below if a fail has weak grounds.
    flag.severity,
    -- Confidence in the outcome, 0..1.
    flag.confidence,
    -- Reason: one of the declared codes.
    flag.reason_code,
    -- The code's values by name.
    flag.reason_values,
    -- Reason as an English sentence.
    flag.why,
    -- Who speaks there.
    flag.role,
    -- Start of the passage to review, from the start of the recording.
    flag.start_s,
    -- End of the passage to review, from the start of the recording.
    flag.end_s,
    -- The same start as minutes and seconds.
    mart.minutes_seconds(flag.start_s) as start_minutes_seconds,
    -- The same end as minutes and seconds.
    mart.minutes_seconds(flag.end_s) as end_minutes_seconds,
    -- The redacted words; empty for an absence.
    flag.quote,
    -- The agent's flags for this rule in the 28 days before, less those dismissed by a reviewer.
    history.earlier_flag_count,
    -- The agent's calls of these days in which the rule was in force.
    history.earlier_call_count,
    -- Weight of the severity × confidence × a factor 1..2 for earlier flags: the lower end of the
    -- interval of their share. Reviews of this flag do not change it.
    mart.severity_weight(flag.severity) * flag.confidence * history.history_weight
        as machine_priority,
    -- The same; 0 for a flag that a reviewer has dismissed.
    case when flag.is_dismissed then 0 else machine_priority end as priority
from core.flag
inner join core.call using (call_date, call_id)
left join core.listed_flag as listed using (call_id, rule_id, supervisor_id)
inner join history using (agent_id, rule_id, call_date)
left join core.rule using (rule_id, rule_version)
