-- One row per team with calls in the period and figure that teams have targets for: its value with
-- its interval, and the change since the previous period. `reported` has the calls of both periods.
with teams as (
    select
        team,
        count(*) filter (where is_now) as call_count,
        count(*) filter (where not is_now) as before_count,
        count(score) filter (where is_now) as score_count,
        avg(score) filter (where is_now) as score,
        avg(score) filter (where not is_now) as score_before,
        mart.score_margin(case when is_now then score end) as margin,
        mart.score_margin(case when not is_now then score end) as margin_before,
        count(*) filter (where is_now and flag_count > 0) as flagged_count,
        count(*) filter (where not is_now and flag_count > 0) as flagged_before_count
    from reported
    group by team
    having count(*) filter (where is_now) > 0
)

select
    team,
    call_count,
    'score_mean' as name,
    score_count as count,
    score as value,
    score - margin as low,
    score + margin as high,
    score_before as before,
    score - score_before - mart.change_margin(margin, margin_before) as change_low,
    score - score_before + mart.change_margin(margin, margin_before) as change_high
from teams
union all
select
    team,
    call_count,
    'flagged_call_ratio' as name,
    call_count as count,
    flagged_count / call_count as value,
    mart.share_low(flagged_count, call_count) as low,
    mart.share_high(flagged_count, call_count) as high,
    flagged_before_count / nullif(before_count, 0) as before,
    mart.share_change_low(flagged_count, call_count, flagged_before_count, before_count)
        as change_low,
    mart.share_change_high(flagged_count, call_count, flagged_before_count, before_count)
        as change_high
from teams
order by team
