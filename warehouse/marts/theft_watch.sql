-- One row per agent per week (from Monday): the share of their calls in which they ask for or say
-- personal data, compared with the other agents in the same queues. A reason to look, never a
-- verdict. The team is that of the week's last call.
with asked as (
    select distinct
        call_date,
        call_id
    from core.pii_span
    where reported and act in ('asked', 'disclosed')
),

queues as (
    select
        call.agent_id,
        call.queue,
        date_trunc('week', call.call_date)::date as week,
        max_by(call.agent_name, call.started_at) as agent_name,
        max_by(call.team, call.started_at) as team,
        max(call.started_at) as last_started_at,
        count(*) as call_count,
        count(asked.call_id) as asking_call_count
    from core.call
    left join asked using (call_date, call_id)
    group by call.agent_id, call.queue, date_trunc('week', call.call_date)
),

with_peers as (
    select
        *,
        sum(call_count) over (partition by week, queue) - call_count as others_call_count,
        sum(asking_call_count) over (partition by week, queue) - asking_call_count
            as others_asking_call_count
    from queues
),

agents as (
    select
        agent_id,
        week,
        max_by(agent_name, last_started_at) as agent_name,
        max_by(team, last_started_at) as team,
        sum(call_count)::bigint as call_count,
        sum(asking_call_count)::bigint as asking_call_count,
        sum(others_call_count)::bigint as others_call_count,
        sum(others_asking_call_count)::bigint as others_asking_call_count
    from with_peers
    group by agent_id, week
)

select
    -- Id of the agent in the contact centre.
    agent_id,
    -- Monday of the week.
    week,
    -- Name of the agent.
    agent_name,
    -- The agent's team.
    team,
    -- Evaluated calls.
    call_count,
    -- Calls in which the agent asks for or says personal data.
    asking_call_count,
    -- Share of these, 0..1.
    asking_call_count / call_count as asking_ratio,
    -- Lower end of the share's 95 % interval.
    mart.share_low(asking_call_count, call_count) as asking_ratio_low,
    -- The other agents' share in the same queues, 0..1; null without any.
    others_asking_call_count / nullif(others_call_count, 0) as others_asking_ratio,
    -- Upper end of the others' 95 % interval.
    mart.share_high(others_asking_call_count, others_call_count) as others_asking_ratio_high,
    -- Whether the agent asks significantly more often than the others, with enough calls.
    call_count >= mart.minimum_count()
    and coalesce(
        mart.share_low(asking_call_count, call_count)
        > mart.share_high(others_asking_call_count, others_call_count),
        false
    ) as is_outlier
from agents
