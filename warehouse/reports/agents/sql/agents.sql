-- One row per agent with a call in the last four weeks.
select
    recent_call.agent_id,
    max_by(recent_call.agent_name, recent_call.started_at) as agent_name,
    max_by(recent_call.team, recent_call.started_at) as team,
    max_by(recent_call.supervisor_id, recent_call.started_at) as supervisor_id,
    max_by(call.supervisor_name, recent_call.started_at) as supervisor_name,
    any_value(recent_call.last_date) as last_date,
    count(*) as call_count,
    count(*) filter (where recent_call.flag_count > 0) as flagged_call_count,
    avg(recent_call.score) as score_mean,
    mart.score_margin(recent_call.score) as score_margin
from recent_call
inner join core.call using (call_date, call_id)
group by recent_call.agent_id
order by team, agent_name, recent_call.agent_id
