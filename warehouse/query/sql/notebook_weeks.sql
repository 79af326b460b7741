-- One row per week of a team with enough calls: the mean score and its interval.
select
    week,
    score_mean as value,
    score_mean - score_margin as low,
    score_mean + score_margin as high
from mart.team_weekly
where team = $team and score_margin is not null
order by week
