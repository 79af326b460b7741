-- One row per day that a run has changed: the days of its calls, and their former days.
with listed as (
    select call.call_id
    from core.call
    inner join meta.run on call.commit_no between run.first_commit_no and run.last_commit_no
    where run.run_id = $run_id
)

select distinct lineage.call_date
from meta.lineage
semi join listed using (call_id)
