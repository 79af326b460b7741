-- The calls of the latest days, as many as fit on a page; the newest first.
select
    visible.call_id,
    visible.call_date,
    visible.queue,
    visible.language,
    visible.duration_s
from visible
order by visible.started_at desc, visible.call_id asc
limit $most
