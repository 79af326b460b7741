-- One row per rater who was calibrated beside an expert: agreement, and the deviation of the scores
-- that the ratings give.
with ratings as (
    select
        rater_id,
        count(distinct session_id) as session_count,
        count(distinct call_id) as call_count,
        count(*) as rating_count,
        count(*) filter (where is_agreed) as agreed_count,
        count(*) filter (where is_stricter) as stricter_count,
        count(*) filter (where is_milder) as milder_count,
        agreed_count / rating_count as agreement_ratio
    from core.compared_rating
    group by rater_id
),

-- Of the questions that both have answered; auto-fails, which would hide all else, are left out.
scores as (
    select
        rating.rater_id,
        100 * (
            coalesce(sum(answer.weight) filter (where rating.human_value = 'yes'), 0)
            - coalesce(sum(answer.weight) filter (where rating.expert_value = 'yes'), 0)
        ) / nullif(sum(answer.weight), 0) as deviation
    from core.compared_rating as rating
    inner join core.answer using (call_id, scorecard_id, question)
    where rating.human_value in ('yes', 'no') and rating.expert_value in ('yes', 'no')
    group by rating.rater_id, rating.session_id, rating.call_id, rating.scorecard_id
),

deviations as (
    select
        rater_id,
        count(deviation) as score_count,
        avg(deviation) as deviation_mean,
        mart.mean_margin(stddev_samp(deviation), count(deviation)) as deviation_margin
    from scores
    group by rater_id
)

select
    -- The rater.
    ratings.rater_id,
    -- Sessions with an expert.
    ratings.session_count,
    -- Calls of these sessions.
    ratings.call_count,
    -- Ratings that have the expert's beside them.
    ratings.rating_count,
    -- Of these, ratings with the expert's value.
    ratings.agreed_count,
    -- Share of them, 0..1.
    ratings.agreement_ratio,
    -- Lower end of the share's 95 % interval; it counts calls, not ratings, and is null below ten.
    mart.share_low(ratings.agreement_ratio * ratings.call_count, ratings.call_count)
        as agreement_ratio_low,
    -- Upper end of the share's 95 % interval.
    mart.share_high(ratings.agreement_ratio * ratings.call_count, ratings.call_count)
        as agreement_ratio_high,
    -- Ratings that found a fault (no or fail) where the expert found none.
    ratings.stricter_count,
    -- Ratings that found no fault where the expert found one.
    ratings.milder_count,
    -- Scorecards of calls of which both answered at least one question yes or no.
    coalesce(deviations.score_count, 0) as score_count,
    -- Mean of the rater's score less the expert's over the questions that both answered yes or no,
    -- -100..100, without auto-fails; below 0 is stricter. Null without such a question.
    deviations.deviation_mean as score_deviation_mean,
    -- Half the width of the mean's 95 % interval; null below ten scores, or if all are equal.
    deviations.deviation_margin as score_deviation_margin
from ratings
left join deviations using (rater_id)
