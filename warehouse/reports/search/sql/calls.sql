-- One row per call of a day whose words are there, by time: its turns as the initials of their
-- roles, their starts and their redacted texts, one a line.
with turns as (
    select
        call_id,
        string_agg(left(role, 1), '' order by turn) as roles,
        list(round(start_s, 1) order by turn) as starts,
        string_agg(replace(text, chr(10), ' '), chr(10) order by turn) as texts
    from core.turn
    where call_date = $day
    group by call_id
)

select
    call.call_id,
    strftime(timezone($zone, call.started_at), '%H:%M') as started,
    call.agent_id,
    call.agent_name,
    call.team,
    call.queue,
    call.flag_count > 0 as is_flagged,
    coalesce(turns.roles, '') as roles,
    coalesce(turns.starts, []) as starts,
    coalesce(turns.texts, '') as texts
from core.scored_call as call
inner join core.call as stored using (call_date, call_id)
left join turns using (call_id)
where call.call_date = $day and stored.transcript_removed_on is null
order by call.started_at, call.call_id
