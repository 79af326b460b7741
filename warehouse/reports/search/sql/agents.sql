-- One row per agent with a call since a day, with the latest name and team.
select
    agent_id,
    max_by(agent_name, started_at) as agent_name,
    max_by(team, started_at) as team
from core.call
where call_date >= $first_date
group by agent_id
order by agent_id
