-- One row per period in which an agent worked in one team under one supervisor, according to the
-- metadata of the calls.
with days as (
    select
        agent_id,
        call_date,
        max_by(agent_name, started_at) as agent_name,
        max_by(team, started_at) as team,
        max_by(supervisor_id, started_at) as supervisor_id,
        max_by(supervisor_name, started_at) as supervisor_name
    from core.call
    group by agent_id, call_date
),

moves as (
    select
        *,
        coalesce(team != lag(team) over agent_days, true)
        or supervisor_id != lag(supervisor_id) over agent_days as moved
    from days
    window agent_days as (partition by agent_id order by call_date)
),

numbered as (
    select
        *,
        count(*) filter (where moved) over (partition by agent_id order by call_date) as stretch
    from moves
),

stretches as (
    select
        agent_id,
        stretch,
        max_by(agent_name, call_date) as agent_name,
        any_value(team) as team,
        any_value(supervisor_id) as supervisor_id,
        max_by(supervisor_name, call_date) as supervisor_name,
        min(call_date) as valid_from
    from numbered
    group by agent_id, stretch
)

select
    -- Id of the agent in the contact centre.
    agent_id,
    -- Name of the agent.
    agent_name,
    -- The team.
    team,
    -- The supervisor.
    supervisor_id,
    -- Name of the supervisor.
    supervisor_name,
    -- First day of the period.
    valid_from,
    -- Last day of the period, the day before the next one starts; null if it is the current one.
    lead(valid_from) over (partition by agent_id order by valid_from) - 1 as valid_to
from stretches
