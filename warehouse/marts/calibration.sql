-- One row per rule or question that raters and an expert have rated in calibration sessions: how
-- often they agree, and in which direction the others deviate from the expert.
with compared as (
    select
        rule_id,
        scorecard_id,
        question,
        count(distinct session_id) as session_count,
        count(distinct call_id) as call_count,
        count(distinct rater_id) as rater_count,
        count(*) as rating_count,
        count(*) filter (where is_agreed) as agreed_count,
        count(*) filter (where is_stricter) as stricter_count,
        count(*) filter (where is_milder) as milder_count,
        agreed_count / rating_count as agreement_ratio
    from core.compared_rating
    group by rule_id, scorecard_id, question
),

titles as (
    select
        rule_id,
        null as scorecard_id,
        null as question,
        max_by(title, rule_version) as title
    from core.rule
    group by rule_id
    union all
    select
        null as rule_id,
        scorecard_id,
        question,
        max_by(title, scorecard_version) as title
    from core.question
    group by scorecard_id, question
)

select
    -- The rule that was rated; null if it was a question.
    compared.rule_id,
    -- The scorecard of the question; null if a rule was rated.
    compared.scorecard_id,
    -- The question that was rated; null if it was a rule.
    compared.question,
    -- Title of the rule or text of the question, of the last version.
    titles.title,
    -- Sessions in which it was rated beside an expert.
    compared.session_count,
    -- Calls of these sessions.
    compared.call_count,
    -- Raters, the experts aside.
    compared.rater_count,
    -- Ratings that have an expert's beside them.
    compared.rating_count,
    -- Of these, ratings with the expert's value.
    compared.agreed_count,
    -- Share of them, 0..1.
    compared.agreement_ratio,
    -- Lower end of the share's 95 % interval. It counts calls, not ratings, since what is hard to
    -- judge in a call is so for all of its raters; null below ten calls.
    mart.share_low(compared.agreement_ratio * compared.call_count, compared.call_count)
        as agreement_ratio_low,
    -- Upper end of the share's 95 % interval.
    mart.share_high(compared.agreement_ratio * compared.call_count, compared.call_count)
        as agreement_ratio_high,
    -- Ratings that found a fault (no or fail) where the expert found none.
    compared.stricter_count,
    -- Ratings that found no fault where the expert found one.
    compared.milder_count,
    -- Mean deviation from the expert, -1..1: milder ratings less stricter ones, by all ratings.
    (compared.milder_count - compared.stricter_count) / compared.rating_count as deviation_mean
from compared
left join titles
    on
        compared.rule_id is not distinct from titles.rule_id
        and compared.scorecard_id is not distinct from titles.scorecard_id
        and compared.question is not distinct from titles.question
