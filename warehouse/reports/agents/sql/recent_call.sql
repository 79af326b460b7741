-- One row per call of the last four weeks.
-- The four weeks end with the last call of the site, so that they are the same for all agents.
create or replace temp table recent_call as
select
    call.call_date,
    call.call_id,
    call.started_at,
    call.agent_id,
    call.agent_name,
    call.team,
    call.supervisor_id,
    call.queue,
    call.language,
    call.duration_s,
    call.score,
    call.auto_fail,
    call.flag_count,
    period.last_date
from core.scored_call as call
cross join core.period
where call.call_date > period.last_date - 28
