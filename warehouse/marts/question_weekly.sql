-- One row per question of a scorecard per week (from Monday) in which it was asked of a call.
with weeks as (
    select
        scorecard_id,
        question,
        date_trunc('week', call_date)::date as week,
        any_value(section) as section,
        count(*) as call_count,
        count(*) filter (where answer = 'yes') as yes_count,
        count(*) filter (where answer = 'no') as no_count,
        count(*) filter (where answer in ('yes', 'no')) as answered_count,
        count(*) filter (where answer = 'na') as na_count,
        count(*) filter (where answer = 'unknown') as unknown_count,
        avg(points_ratio) as points_ratio
    from core.final_answer
    group by scorecard_id, question, date_trunc('week', call_date)
),

titles as (
    select
        scorecard_id,
        question,
        max_by(title, scorecard_version) as title
    from core.question
    group by scorecard_id, question
)

select
    -- The scorecard.
    weeks.scorecard_id,
    -- The question.
    weeks.question,
    -- Monday of the week.
    weeks.week,
    -- Id of the section.
    weeks.section,
    -- Text of the question.
    titles.title,
    -- Calls of which it was asked.
    weeks.call_count,
    -- Calls answered yes.
    weeks.yes_count,
    -- Calls answered no.
    weeks.no_count,
    -- Calls to which it did not apply.
    weeks.na_count,
    -- Calls with the outcome cannot_tell.
    weeks.unknown_count,
    -- Mean share of the weight that was earned, 0..1; null without a yes or no.
    weeks.points_ratio,
    -- Share of yes among yes and no, 0..1; null without either.
    weeks.yes_count / nullif(weeks.answered_count, 0) as yes_ratio,
    -- Lower end of the share's 95 % interval.
    mart.share_low(weeks.yes_count, weeks.answered_count) as yes_ratio_low,
    -- Upper end of the share's 95 % interval.
    mart.share_high(weeks.yes_count, weeks.answered_count) as yes_ratio_high
from weeks
left join titles using (scorecard_id, question)
