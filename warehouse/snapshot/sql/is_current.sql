-- One row per result of a touched call: the newest of each call is the current one.
with newest as (
    select
        lineage.call_id,
        max(lineage.commit_no) as commit_no
    from meta.lineage
    semi join touched using (call_id)
    group by lineage.call_id
)

update meta.lineage set is_current = (lineage.commit_no = newest.commit_no)
from newest
where lineage.call_id = newest.call_id
