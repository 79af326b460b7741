-- The supervisor and the agent with the most open flags, for whom a demonstration is most of use.
select
    visible.supervisor_id,
    visible.supervisor_name,
    visible.agent_id,
    visible.agent_name,
    count(*) as flag_count
from visible
inner join mart.open_flag using (call_date, call_id)
group by all
order by flag_count desc, visible.supervisor_id asc, visible.agent_id asc
limit 1
