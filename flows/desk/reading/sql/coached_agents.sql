-- The agents of the calls that the person may see.
select
    agent_id,
    max_by(agent_name, started_at) as agent_name
from visible
group by agent_id
