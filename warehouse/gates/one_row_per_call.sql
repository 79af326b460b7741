-- Every call stands once.
select call_id as id
from core.call
group by call_id
having count(*) > 1
