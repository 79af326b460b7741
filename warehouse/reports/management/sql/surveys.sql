-- One row per survey question with its scale: the answers about the calls of the period, and the
-- change of their share of top answers since the previous period.
with answers as (
    select
        answer.question,
        answer.scale,
        answer.score,
        answer.is_top,
        answer.call_id,
        reported.is_now
    from core.survey_answer as answer
    inner join reported using (call_date, call_id)
),

sums as (
    select
        question,
        scale,
        count(distinct call_id) filter (where is_now) as call_count,
        avg(score) filter (where is_now) as score_mean,
        count(*) filter (where is_now and is_top) as k,
        count(*) filter (where is_now) as n,
        count(*) filter (where not is_now and is_top) as k0,
        count(*) filter (where not is_now) as n0
    from answers
    group by question, scale
)

select
    question,
    scale,
    call_count,
    score_mean,
    n as count,
    k / n as value,
    k0 / nullif(n0, 0) as before,
    mart.share_low(k, n) as low,
    mart.share_high(k, n) as high,
    mart.share_change_low(k, n, k0, n0) as change_low,
    mart.share_change_high(k, n, k0, n0) as change_high
from sums
where n > 0
order by n desc, question asc, scale asc
