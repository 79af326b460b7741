-- One row per question whose share of yes changed significantly since the previous period.
with counts as (
    select
        title,
        count(*) filter (where is_now and is_yes) as k,
        count(*) filter (where is_now) as n,
        count(*) filter (where not is_now and is_yes) as k0,
        count(*) filter (where not is_now) as n0
    from reported_answer
    group by scorecard_id, question, title
)

select
    title as subject,
    n as count,
    k / n as value,
    mart.share_low(k, n) as low,
    mart.share_high(k, n) as high,
    k0 / n0 as other,
    mart.share_change_low(k, n, k0, n0) > 0 as is_better
from counts
where
    least(n, n0) >= mart.minimum_count()
    and (mart.share_change_low(k, n, k0, n0) > 0 or mart.share_change_high(k, n, k0, n0) < 0)
order by abs(value - other) desc
