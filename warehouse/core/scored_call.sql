-- One row per call: what people compare calls by, its score, and what the rules said.
with scores as (
    select
        call_date,
        call_id,
        avg(score) as score,
        bool_or(auto_fail) as auto_fail
    from core.final_evaluation
    group by call_date, call_id
),

findings as (
    select
        call_date,
        call_id,
        count(*) filter (where outcome = 'pass') as pass_count,
        count(*) filter (where outcome = 'fail') as fail_count,
        count(*) filter (where outcome = 'cannot_tell') as cannot_tell_count,
        count(*) filter (where flagged) as flag_count
    from core.finding
    group by call_date, call_id
)

select
    -- Day on which the call started, in the site's time zone.
    call.call_date,
    -- Monday of that day's week.
    date_trunc('week', call.call_date)::date as week,
    -- The call.
    call.call_id,
    -- Start of the call.
    call.started_at,
    -- The agent as the contact centre names them.
    call.agent_id,
    -- Name of the agent.
    call.agent_name,
    -- The agent's team on that day.
    call.team,
    -- The supervisor who receives this call's flags.
    call.supervisor_id,
    -- Queue that the call came through.
    call.queue,
    -- Language in which it was recognised, ISO 639-1.
    call.language,
    -- Length of the recording.
    call.duration_s,
    -- Whether only named people may see it; it counts, but pages for everybody do not show it.
    call.restricted,
    -- Mean of its scorecards' scores that stand, 0..100; null without any.
    scores.score,
    -- Whether a single answer failed the whole call.
    coalesce(scores.auto_fail, false) as auto_fail,
    -- Findings that passed.
    coalesce(findings.pass_count, 0) as pass_count,
    -- Findings that failed.
    coalesce(findings.fail_count, 0) as fail_count,
    -- Findings with the outcome cannot_tell.
    coalesce(findings.cannot_tell_count, 0) as cannot_tell_count,
    -- Findings that flag the call for review.
    coalesce(findings.flag_count, 0) as flag_count
from core.call
left join scores using (call_date, call_id)
left join findings using (call_date, call_id)
