-- A rule has one finding per call.
select call_id || '/' || rule_id as id
from core.finding
where call_id in (select added.call_id from added)
group by call_id, rule_id
having count(*) > 1
