-- One row per agent, or team, and survey question with its scale: what customers answered about
-- calls of the last four weeks, and about those of the others.
with answers as (
    select
        case when $by_team then answer.team else answer.agent_id end as who,
        answer.question,
        answer.scale,
        answer.is_top
    from core.survey_answer as answer
    cross join core.period
    where answer.call_date > period.last_date - 28
),

everybody as (
    select
        question,
        scale,
        count(*) as n,
        count(*) filter (where is_top) as k
    from answers
    group by question, scale
),

own as (
    select
        who,
        question,
        scale,
        count(*) as n,
        count(*) filter (where is_top) as k
    from answers
    group by who, question, scale
)

select
    own.who,
    own.question,
    own.scale,
    own.k as top_count,
    own.n as answer_count,
    mart.share_low(own.k, own.n) as top_ratio_low,
    mart.share_high(own.k, own.n) as top_ratio_high,
    (everybody.k - own.k) / nullif(everybody.n - own.n, 0) as others_top_ratio,
    own.n >= mart.minimum_count() as is_comparable,
    mart.is_above(own.k, own.n, everybody.k - own.k, everybody.n - own.n) as significantly_better,
    mart.is_below(own.k, own.n, everybody.k - own.k, everybody.n - own.n) as significantly_worse
from own
inner join everybody using (question, scale)
order by own.who asc, own.n desc, own.question asc, own.scale asc
