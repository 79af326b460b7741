-- One row: calls and agents of the period.
select
    max(call_date) as last_date,
    count(*) as call_count,
    count(distinct agent_id) as agent_count
from reported
where is_now
