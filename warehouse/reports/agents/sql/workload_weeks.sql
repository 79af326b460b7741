-- One row per signal, team and week, the oldest first.
select
    team,
    signal,
    avg(amount) as amount
from work_day
where agent_id = '' and call_date > last_date - 7 * $weeks_shown
group by team, signal, (last_date - call_date) // 7
order by (last_date - call_date) // 7 desc
