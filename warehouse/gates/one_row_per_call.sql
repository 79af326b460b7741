-- Every call has one row.
select call_id as id
from core.call
where call_id in (select added.call_id from added)
group by call_id
having count(*) > 1
