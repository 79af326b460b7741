-- One row per rating of a calibration session that has the value of the session's expert beside it.
select
    -- Id of the rating.
    rating.calibration_id,
    -- The session.
    rating.session_id,
    -- The call.
    rating.call_id,
    -- The rule that was rated; null if it was a question.
    rating.rule_id,
    -- The scorecard of the question; null if a rule was rated.
    rating.scorecard_id,
    -- The question that was rated; null if it was a rule.
    rating.question,
    -- The rater.
    rating.rater_id,
    -- The rater's value: an outcome or an answer.
    rating.human_value,
    -- The expert's value.
    expert.human_value as expert_value,
    -- Whether both are equal.
    rating.human_value = expert.human_value as is_agreed,
    -- Whether the rater found a fault where the expert found none: no or fail.
    rating.human_value in ('no', 'fail') and expert.human_value not in ('no', 'fail')
        as is_stricter,
    -- Whether the expert found a fault where the rater found none.
    expert.human_value in ('no', 'fail') and rating.human_value not in ('no', 'fail')
        as is_milder
from core.calibration as rating
inner join core.calibration as expert
    on
        rating.session_id = expert.session_id
        and rating.call_id = expert.call_id
        and rating.rule_id is not distinct from expert.rule_id
        and rating.scorecard_id is not distinct from expert.scorecard_id
        and rating.question is not distinct from expert.question
where not rating.is_expert and expert.is_expert
