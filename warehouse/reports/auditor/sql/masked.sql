-- One row per type of personal data in the calls of a run, restricted or not.
select
    span.pii_type,
    count(*) as span_count,
    count(distinct span.call_id) as call_count
from core.pii_span as span
inner join core.call using (call_date, call_id)
inner join meta.run on call.commit_no between run.first_commit_no and run.last_commit_no
where run.run_id = $run_id
group by span.pii_type
order by span.pii_type
