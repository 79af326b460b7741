-- One row per day on which a listed call is or was; a correction may move it to another day.
select
    lineage.call_date,
    call_id,
    bool_or(lineage.is_current) as is_current
from meta.lineage
semi join listed using (call_id)
group by lineage.call_date, call_id
