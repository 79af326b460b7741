-- One row per question of a scorecard that was in force for a call, with the final answer: that of
-- the last review, or else the machine's. Both are kept; calibration reviews do not count.
with judged as (
    select *
    from core.review
    where question is not null and occasion != 'calibration'
    qualify
        row_number() over (
            partition by call_id, scorecard_id, question
            order by reviewed_at desc, review_id asc
        ) = 1
)

select
    -- Day on which the call started, in the site's time zone.
    answer.call_date,
    -- The call.
    answer.call_id,
    -- The scorecard.
    answer.scorecard_id,
    -- Place in the scorecard, from 0.
    answer.position,
    -- Id of the section.
    answer.section,
    -- Id of the question.
    answer.question,
    -- yes, no, na or unknown; the last two do not affect the score.
    coalesce(judged.human_value, answer.answer) as answer,
    -- The machine's answer.
    answer.answer as machine_answer,
    -- Weight in the score.
    answer.weight,
    -- Share of the weight that was earned, 0..1; null for na and unknown. A yes that earned a part
    -- of it keeps that part when a reviewer confirms it.
    case
        when coalesce(judged.human_value, answer.answer) = answer.answer then answer.points_ratio
        when judged.human_value = 'yes' then 1
        when judged.human_value = 'no' then 0
    end as points_ratio,
    -- The rules that answered it.
    answer.rule_ids,
    -- Whether only fails of lowered severity say no; false after a review.
    answer.is_weak and judged.review_id is null as is_weak,
    -- Reason of the machine's answer: one of the declared codes; null after a review.
    case when judged.review_id is null then answer.reason_code end as reason_code,
    -- The code's values by name; null after a review.
    case when judged.review_id is null then answer.reason_values end as reason_values,
    -- Reason as an English sentence; in the reviewer's words after a review.
    coalesce(judged.reason, answer.why) as why,
    -- The review that gave the final answer; null if it is the machine's.
    judged.review_id,
    -- The reviewer; null if it is the machine's answer.
    judged.reviewer_id,
    -- Time of the review; null if it is the machine's answer.
    judged.reviewed_at
from core.answer
left join judged using (call_id, scorecard_id, question)
