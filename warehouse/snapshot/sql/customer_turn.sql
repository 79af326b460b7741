-- One row per turn of a customer that may have a phrase of their language.
select
    turn.call_date,
    turn.call_id,
    turn.turn,
    turn.start_s,
    turn.end_s,
    turn.text
from core.turn
inner join core.call using (call_date, call_id)
semi join batch using (call_date, call_id)
where
    turn.role = 'customer'
    and call.language = $language
    and regexp_matches(strip_accents(lower(turn.text)), $phrases)
order by turn.call_date, turn.call_id, turn.turn
