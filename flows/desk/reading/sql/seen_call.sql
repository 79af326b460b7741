-- A call, if the person may see it.
select
    call_id,
    call_date,
    agent_id,
    restricted
from visible
where call_id = $call_id
