-- Every turn has one row.
select call_id || '/' || turn as id
from core.turn
where call_id in (select added.call_id from added)
group by call_id, turn
having count(*) > 1
