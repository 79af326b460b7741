-- The latest calls that an agent may see: all, or those that a person has reviewed.
with reviewed as (
    select distinct call_id
    from core.review
    where occasion != 'calibration'
)

select
    call.call_id,
    call.call_date,
    call.started_at,
    call.queue,
    call.language,
    call.duration_s,
    call.score,
    call.flag_count
from core.scored_call as call
semi join visible using (call_date, call_id)
left join reviewed on call.call_id = reviewed.call_id
where
    not $reviewed_only
    or reviewed.call_id is not null
    or list_contains($decided, call.call_id)
order by call.started_at desc, call.call_id asc
limit $most
