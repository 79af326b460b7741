-- One row per day of calls of a run, restricted or not.
select
    call.call_date,
    count(*) as call_count
from core.call
inner join meta.run on call.commit_no between run.first_commit_no and run.last_commit_no
where run.run_id = $run_id
group by call.call_date
order by call.call_date
