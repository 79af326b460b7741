-- A score is null if too little was answered, 0 after an auto-fail, and otherwise the earned share
-- of the answered weights.
with earned as (
    select
        call_date,
        call_id,
        scorecard_id,
        sum(weight) filter (where answer in ('yes', 'no')) as answered,
        sum(weight) filter (where answer != 'na') as possible,
        100 * sum(weight * points_ratio) / nullif(answered, 0) as score
    from core.answer
    where call_id in (select added.call_id from added)
    group by call_date, call_id, scorecard_id
)

select evaluation.call_id || '/' || evaluation.scorecard_id as id
from core.evaluation
left join earned using (call_date, call_id, scorecard_id)
where
    evaluation.call_id in (select added.call_id from added)
    and case
        when
            coalesce(earned.answered, 0)
            < earned.possible * coalesce(evaluation.min_answered_ratio, 0) - 1e-9
            then null
        when evaluation.auto_fail then earned.score * 0
        else round(earned.score, 1)
    end
    is distinct from round(evaluation.score, 1)
