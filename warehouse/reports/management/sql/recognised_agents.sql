-- One row per agent who was recognised in a week that the period overlaps.
-- A week of these marts counts for every period that it overlaps.
select
    agent_id,
    max_by(agent_name, week) as subject,
    max_by(team, week) as who,
    max_by(score_count, gain) as count,
    max_by(score_mean, gain) as value,
    max(gain) as other,
    max_by(reason, gain) as reason
from mart.recognition
where week between $first_date - 6 and $last_date
group by agent_id
order by other desc
