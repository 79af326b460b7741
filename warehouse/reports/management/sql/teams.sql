-- One row per team with a call in the period.
select
    team,
    count(*) filter (where is_now) as call_count,
    avg(score) filter (where is_now) as score_mean,
    mart.score_margin(case when is_now then score end) as score_margin,
    avg(score) filter (where not is_now) as before,
    count(*) filter (where is_now and flag_count > 0) as flagged_call_count
from reported
group by team
having call_count > 0
order by team
