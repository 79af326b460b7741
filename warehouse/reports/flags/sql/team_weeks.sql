-- One row per team with calls in the last four weeks: its latest week.
select
    weekly.team,
    weekly.score_mean,
    weekly.score_change,
    weekly.score_change_margin
from mart.team_weekly as weekly
inner join core.period on weekly.week > period.last_date - 28
qualify weekly.week = max(weekly.week) over (partition by weekly.team)
