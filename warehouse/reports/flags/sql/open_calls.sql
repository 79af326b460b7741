-- One row per supervisor: calls with a flag of earlier lists that nobody has decided yet. Calls
-- that the run has evaluated again are on its own lists.
select
    flag.supervisor_id,
    count(distinct flag.call_id) as call_count
from mart.open_flag as flag
cross join core.period
anti join run_call on flag.call_id = run_call.call_id
where
    flag.listed_run_id is distinct from $run_id
    and flag.call_date > period.last_date - 14
group by flag.supervisor_id
