-- One row: a supervisor's calls of the run.
select
    count(*) filter (where restricted = $restricted) as call_count,
    min(call_date) filter (where restricted = $restricted) as first_date,
    max(call_date) filter (where restricted = $restricted) as last_date,
    count(*) filter (where restricted = $restricted and is_flagged) as flagged_call_count,
    count(*) filter (where restricted and not $restricted) as restricted_count
from run_call
where supervisor_id = $supervisor_id
