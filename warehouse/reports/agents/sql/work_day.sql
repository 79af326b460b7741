-- One row per signal, agent and day; and per signal, team and day with an empty agent.
create or replace temp table work_day as
with calls as (
    select
        call.team,
        call.agent_id,
        call.agent_name,
        call.call_date,
        call.started_at,
        call.duration_s,
        metrics.agent_talk_s,
        metrics.hold_s,
        metrics.non_talk_s,
        max(call.call_date) over () as last_date
    from core.call
    left join mart.conversation_metrics as metrics using (call_date, call_id)
),

agent_days as (
    select
        team,
        agent_id,
        max(agent_name) as agent_name,
        call_date,
        any_value(last_date) as last_date,
        count(*)::double as call_count,
        avg(agent_talk_s) as talk_mean_s,
        sum(hold_s) / nullif(sum(duration_s) filter (where hold_s is not null), 0) as hold_ratio,
        sum(non_talk_s) / nullif(sum(duration_s) filter (where non_talk_s is not null), 0)
            as non_talk_ratio,
        max(epoch(started_at) + duration_s) - min(epoch(started_at)) as day_span_s
    from calls
    group by team, agent_id, call_date
),

people as (
    select * from agent_days
    union all
    select
        team,
        '' as agent_id,
        '' as agent_name,
        call_date,
        any_value(last_date) as last_date,
        avg(call_count) as call_count,
        avg(talk_mean_s) as talk_mean_s,
        avg(hold_ratio) as hold_ratio,
        avg(non_talk_ratio) as non_talk_ratio,
        avg(day_span_s) as day_span_s
    from agent_days
    group by team, call_date
)

unpivot people
on call_count, talk_mean_s, hold_ratio, non_talk_ratio, day_span_s
into name signal value amount
