-- One row per signal of a team or an agent with enough days.
-- The last seven days against the four weeks before. The margin is that of Student's t at 99 % for
-- five days, 4.6: there are few days, and many people and signals.
with halves as (
    select
        team,
        agent_id,
        signal,
        max(agent_name) as agent_name,
        count(*) filter (where call_date > last_date - 7) as day_count,
        count(*) filter (where call_date <= last_date - 7) as earlier_day_count,
        avg(amount) filter (where call_date > last_date - 7) as amount,
        avg(amount) filter (where call_date <= last_date - 7) as earlier,
        stddev_samp(amount) filter (where call_date > last_date - 7) as deviation,
        stddev_samp(amount) filter (where call_date <= last_date - 7) as earlier_deviation
    from work_day
    where call_date > last_date - 35
    group by team, agent_id, signal
)

select
    team,
    agent_id,
    agent_name,
    signal,
    amount,
    earlier,
    4.6 * sqrt(pow(deviation, 2) / day_count + pow(earlier_deviation, 2) / earlier_day_count)
        as margin
from halves
where day_count >= 4 and earlier_day_count >= 8
order by agent_name, signal
