-- Every call has one row.
select call_id as id
from core.call
group by call_id
having count(*) > 1
