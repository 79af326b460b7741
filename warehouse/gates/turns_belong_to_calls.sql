-- Every turn belongs to a call, and no turn stands twice.
select turn.call_id || '/' || turn.turn as id
from core.turn
left join core.call using (call_date, call_id)
group by turn.call_id, turn.turn
having count(*) > 1 or count(call.call_id) = 0
