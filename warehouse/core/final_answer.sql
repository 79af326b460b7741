-- One row per question of a scorecard that was in force for a call, with the answer that stands:
-- that of the last person who judged it, or else the machine's. Both stay; calibration does not
-- count.
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
    -- yes, no, na or unknown; the last two leave the score alone.
    coalesce(judged.human_value, answer.answer) as answer,
    -- What the machine said.
    answer.answer as machine_answer,
    -- Weight in the score.
    answer.weight,
    -- Share of the weight that was earned, 0..1; null for na and unknown. A yes that earned a part
    -- of it still does once a person confirms it.
    case
        when coalesce(judged.human_value, answer.answer) = answer.answer then answer.points_ratio
        when judged.human_value = 'yes' then 1
        when judged.human_value = 'no' then 0
    end as points_ratio,
    -- The rules that answered it.
    answer.rule_ids,
    -- Why the machine said so: one of the declared codes; null where a person has judged.
    case when judged.review_id is null then answer.reason_code end as reason_code,
    -- The code's values by name; null where a person has judged.
    case when judged.review_id is null then answer.reason_values end as reason_values,
    -- Why, in one English sentence; in the reviewer's words where a person has judged.
    coalesce(judged.reason, answer.why) as why,
    -- The review whose answer stands; null for the machine's.
    judged.review_id,
    -- Who judged; null for the machine's.
    judged.reviewer_id,
    -- When; null for the machine's.
    judged.reviewed_at
from core.answer
left join judged using (call_id, scorecard_id, question)
