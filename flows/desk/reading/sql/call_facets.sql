-- The agents, queues and languages of the calls that the person may see.
select distinct
    visible.agent_id,
    visible.agent_name,
    visible.queue,
    visible.language
from visible
