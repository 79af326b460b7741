-- Day of each of some calls.
select
    visible.call_id,
    visible.call_date,
    visible.queue,
    visible.language,
    visible.duration_s
from visible
where list_contains($call_ids, visible.call_id)
