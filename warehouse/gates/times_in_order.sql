-- Turns and evidence end no earlier than they start, and at most one second after the recording.
with places as (
    select
        call_date,
        call_id,
        'turn ' || turn as place,
        start_s,
        end_s
    from core.turn
    union all
    select
        call_date,
        call_id,
        rule_id as place,
        start_s,
        end_s
    from core.evidence
)

select call.call_id || '/' || places.place as id
from places
inner join core.call using (call_date, call_id)
where
    call.call_id in (select added.call_id from added)
    and (
        places.start_s < 0
        or places.end_s < places.start_s
        or places.end_s > call.duration_s + 1
    )
