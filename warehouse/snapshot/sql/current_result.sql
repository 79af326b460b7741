-- One row per touched call: its current result.
create or replace temp table current_result as
select
    lineage.call_date,
    lineage.call_id,
    lineage.commit_no
from meta.lineage
semi join touched using (call_id)
where lineage.is_current
