-- One row per scorecard that was in force for a call, with the final score: recomputed from the
-- final answers if one of them was reviewed, otherwise the machine's. Both are kept.
with judged as (
    select distinct
        call_id,
        scorecard_id
    from core.final_answer
    where review_id is not null
),

scores as (
    select
        evaluation.call_date,
        evaluation.call_id,
        evaluation.scorecard_id,
        bool_or(
            final_answer.answer = 'no' and question.auto_fail and not final_answer.is_weak
        ) as auto_fail,
        coalesce(sum(final_answer.weight) filter (where final_answer.answer in ('yes', 'no')), 0)
            as answered,
        sum(final_answer.weight) filter (where final_answer.answer != 'na') as possible,
        100 * sum(final_answer.weight * final_answer.points_ratio) / nullif(answered, 0) as score
    from core.evaluation
    semi join judged using (call_id, scorecard_id)
    inner join core.final_answer using (call_date, call_id, scorecard_id)
    left join core.question using (scorecard_id, scorecard_version, question)
    group by evaluation.call_date, evaluation.call_id, evaluation.scorecard_id
),

final as (
    select
        evaluation.call_date,
        evaluation.call_id,
        evaluation.scorecard_id,
        evaluation.scorecard_version,
        case
            when scores.call_id is null then evaluation.score
            when scores.answered < scores.possible * evaluation.min_answered_ratio then null
            when scores.auto_fail and scores.score is not null then 0
            else scores.score
        end as score,
        evaluation.score as machine_score,
        evaluation.band as machine_band,
        case
            when scores.call_id is null then evaluation.auto_fail
            else
                scores.auto_fail
                and not coalesce(
                    scores.answered < scores.possible * evaluation.min_answered_ratio, false
                )
        end as auto_fail,
        scores.call_id is not null as is_reviewed
    from core.evaluation
    left join scores using (call_date, call_id, scorecard_id)
),

bands as (
    select
        scorecard.scorecard_id,
        scorecard.scorecard_version,
        each_band.band.name,
        each_band.band.from_score
    from core.scorecard
    cross join unnest(scorecard.bands) as each_band (band)
)

select
    -- Day on which the call started, in the site's time zone.
    final.call_date,
    -- The call.
    final.call_id,
    -- The scorecard.
    final.scorecard_id,
    -- Its version.
    final.scorecard_version,
    -- 0..100; null if too few questions, or none, could be answered.
    final.score,
    -- The machine's score.
    final.machine_score,
    -- Name of the band that the score falls in; null without a score.
    case when final.is_reviewed then bands.name else final.machine_band end as band,
    -- The band of the machine's score.
    final.machine_band,
    -- Whether a question that fails the whole call is answered no, not on weak grounds alone, and
    -- there is a score.
    final.auto_fail,
    -- Whether one of its answers, or a rule that decides one, was reviewed.
    final.is_reviewed
from final
asof left join bands
    on
        final.scorecard_id = bands.scorecard_id
        and final.scorecard_version = bands.scorecard_version
        and final.score >= bands.from_score
