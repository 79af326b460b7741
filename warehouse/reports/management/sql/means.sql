-- One row per figure that is a mean of calls.
with cases as (
    select
        'score_mean' as name,
        is_now,
        score as x
    from reported
    union all
    select
        'duration_mean_s' as name,
        is_now,
        duration_s as x
    from reported
    union all
    select
        'handle_time_mean_s' as name,
        is_now,
        handle_time_s as x
    from reported
    union all
    select
        'hold_mean_s' as name,
        reported.is_now,
        metric.value as x
    from core.metric
    inner join reported using (call_date, call_id)
    where metric.metric = 'hold_s' and metric.role is null
),

sums as (
    select
        name,
        count(x) filter (where is_now) as n,
        avg(x) filter (where is_now) as value,
        avg(x) filter (where not is_now) as before,
        case
            when name = 'score_mean' then mart.score_margin(case when is_now then x end)
            else mart.mean_margin(
                stddev_samp(x) filter (where is_now), count(x) filter (where is_now)
            )
        end as margin,
        case
            when name = 'score_mean' then mart.score_margin(case when not is_now then x end)
            else mart.mean_margin(
                stddev_samp(x) filter (where not is_now), count(x) filter (where not is_now)
            )
        end as margin0
    from cases
    group by name
)

select
    name,
    n as count,
    value,
    before,
    value - margin as low,
    value + margin as high,
    value - before - mart.change_margin(margin, margin0) as change_low,
    value - before + mart.change_margin(margin, margin0) as change_high
from sums
