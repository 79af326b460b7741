-- One row per call, with the scores that it is compared with.
select
    -- Day on which the call started, in the site's time zone.
    call_date,
    -- Monday of that day's week.
    week,
    -- The call.
    call_id,
    -- Start of the call.
    started_at,
    -- Id of the agent in the contact centre.
    agent_id,
    -- Name of the agent.
    agent_name,
    -- The agent's team on that day.
    team,
    -- The supervisor who receives this call's flags.
    supervisor_id,
    -- Mean of its scorecards' scores, 0..100; null without a score.
    score,
    -- Mean score of the week's calls of the same queue and language.
    avg(score) over (partition by week, queue, language) as peer_score,
    -- Mean score of the week's calls.
    avg(score) over (partition by week) as site_score,
    -- Whether an auto-fail set a score of the call to 0.
    auto_fail,
    -- Findings that passed.
    pass_count,
    -- Findings that failed.
    fail_count,
    -- Findings that flag the call for review.
    flag_count
from core.scored_call
