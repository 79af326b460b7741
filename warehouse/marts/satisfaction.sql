-- One row per agent, queue, week (from Monday) of the calls, and survey question with its scale:
-- what customers answered. Empty until answers are recorded. Few customers answer, and not by
-- chance: read the count and the interval before the mean.
with weeks as (
    select
        agent_id,
        queue,
        question,
        scale,
        date_trunc('week', call_date)::date as week,
        max_by(agent_name, answered_at) as agent_name,
        count(*) as answer_count,
        avg(score) as score_mean,
        stddev_samp(score) as deviation,
        count(*) filter (where is_top) as top_count
    from core.survey_answer
    group by agent_id, queue, question, scale, date_trunc('week', call_date)
)

select
    -- Id of the agent in the contact centre.
    agent_id,
    -- Name of the agent.
    agent_name,
    -- Queue that the calls came through.
    queue,
    -- Monday of the week in which the calls started.
    week,
    -- The question.
    question,
    -- Lowest and highest possible answer.
    scale,
    -- Answers.
    answer_count,
    -- Mean answer, on the scale.
    score_mean,
    -- Half the width of the mean's 95 % interval; null below ten answers, or if all are equal.
    mart.mean_margin(deviation, answer_count) as score_margin,
    -- Top answers.
    top_count,
    -- Share of top answers, 0..1.
    top_count / answer_count as top_ratio,
    -- Lower end of the share's 95 % interval; null below ten answers.
    mart.share_low(top_count, answer_count) as top_ratio_low,
    -- Upper end of the same interval.
    mart.share_high(top_count, answer_count) as top_ratio_high
from weeks
