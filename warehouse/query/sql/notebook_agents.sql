-- One row per agent of a team in the last week.
select
    agent_name,
    call_count,
    round(score_mean, 1) as score_mean,
    round(score_margin, 1) as score_margin,
    best_rank,
    worst_rank,
    flagged_call_count
from mart.agent_weekly
where team = $team and week = (select max(latest.week) from mart.agent_weekly as latest)
order by agent_name
