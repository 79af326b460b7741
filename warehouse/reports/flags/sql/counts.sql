-- One row: a supervisor's calls of the run.
select
    count(*) as call_count,
    min(call_date) as first_date,
    max(call_date) as last_date,
    count(*) filter (where is_flagged) as flagged_call_count
from run_call
where supervisor_id = $supervisor_id
