-- One row per call: the dimensions by which calls are compared, its score, and its findings by
-- outcome.
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
    from core.final_finding
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
    -- Id of the agent in the contact centre.
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
    -- Time that the agent worked on the call after it ended; null if unknown.
    call.after_call_work_s,
    -- Handle time: the recording, which includes holds, and the after-call work; null if that is
    -- unknown.
    call.duration_s + call.after_call_work_s as handle_time_s,
    -- Code by which the agent closed the call; null if unknown.
    call.disposition,
    -- Whether the call is restricted: true in files of people who may see such calls, else false.
    call.restricted,
    -- Mean of its final scores, 0..100; null without a score.
    scores.score,
    -- Whether an auto-fail set a score of the call to 0.
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
