-- One row per week until the end of the period, the last first.
select
    week,
    count(*) as call_count,
    avg(score) as score_mean,
    mart.score_margin(score) as score_margin,
    count(*) filter (where flag_count > 0) as flagged_call_count
from core.scored_call
where call_date <= $last_date
group by week
order by week desc
limit $weeks_shown
