-- One row: the run and its counts; none if it is not recorded.
select
    run_id,
    source,
    seen_count,
    evaluated_count,
    unchanged_count,
    quarantined_count,
    pending_count
from meta.run
where run_id = $run_id
