-- One row per supervisor who gets a list: of a listed call, or of an agent of today or of the run.
select
    supervisor_id,
    max_by(supervisor_name, valid_from) as supervisor_name
from core.agent
where
    supervisor_id in (select listed.supervisor_id from listed)
    or valid_to is null
group by supervisor_id
order by supervisor_id
