-- One row per week of a team, the last first.
select
    week,
    call_count,
    score_mean,
    score_margin,
    flagged_call_count
from mart.team_weekly
where team = $team
order by week desc
limit $weeks_shown
