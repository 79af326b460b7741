-- One row per call of some that exist, by day.
select
    call_date,
    call_id
from core.call
where call_id in (select unnest($calls))
order by call_date, call_id
