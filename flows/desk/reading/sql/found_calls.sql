-- The calls that the person may see with this metadata, the newest first.
select
    visible.call_date,
    visible.call_id,
    visible.started_at,
    visible.agent_id,
    visible.agent_name,
    visible.queue,
    visible.language
from visible
where
    ($language is null or visible.language = $language)
    and ($queue is null or visible.queue = $queue)
    and ($agent_id is null or visible.agent_id = $agent_id)
    and ($first_date is null or visible.call_date >= $first_date)
    and ($last_date is null or visible.call_date <= $last_date)
order by visible.started_at desc, visible.call_id asc
limit $at_most
