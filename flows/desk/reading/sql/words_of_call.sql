-- The redacted turns of one call, in order.
select
    turn.turn,
    turn.role,
    turn.start_s,
    turn.end_s,
    turn.text
from core.turn
semi join visible using (call_date, call_id)
where turn.call_id = $call_id
order by turn.turn
