-- One row per question of a scorecard that was in force for a call, with the final answer: that of
-- the last review of the question; or else what the final outcomes of its rules say, where a
-- reviewer has overruled one of them; or else the machine's. All are kept; calibration reviews do
-- not count.
with answered as (
    select *
    from core.review
    where question is not null and occasion != 'calibration'
    qualify
        row_number() over (
            partition by call_id, scorecard_id, question
            order by reviewed_at desc, review_id asc
        ) = 1
),

overruled as (
    select
        *,
        outcome != machine_outcome as is_overruled
    from core.final_finding
    where call_id in (select review.call_id from core.review)
),

-- A question that was not asked, because of the answer to an earlier one, stays so.
rules as (
    select
        call_date,
        call_id,
        scorecard_id,
        question,
        unnest(rule_ids) as rule_id
    from core.answer
    where reason_code != 'not_asked'
),

-- The first of these outcomes that a rule has decides, as in qa_rules/evaluation/scoring.py.
derived as (
    select
        rules.call_date,
        rules.call_id,
        rules.scorecard_id,
        rules.question,
        case
            when bool_or(finding.outcome = 'fail') then 'no'
            when bool_or(finding.outcome = 'cannot_tell') then 'unknown'
            when bool_or(finding.outcome = 'pass') then 'yes'
            else 'na'
        end as human_value,
        bool_and(
            finding.severity != finding.rule_severity and finding.review_id is null
        ) filter (where finding.outcome = 'fail') as is_weak,
        max_by(finding.review_id, finding.reviewed_at) filter (where finding.is_overruled)
            as review_id,
        max_by(finding.reviewer_id, finding.reviewed_at) filter (where finding.is_overruled)
            as reviewer_id,
        max(finding.reviewed_at) filter (where finding.is_overruled) as reviewed_at,
        max_by(finding.review_reason, finding.reviewed_at) filter (where finding.is_overruled)
            as reason
    from rules
    inner join overruled as finding using (call_date, call_id, rule_id)
    group by rules.call_date, rules.call_id, rules.scorecard_id, rules.question
    having bool_or(finding.is_overruled)
),

judged as (
    select
        answer.call_date,
        answer.call_id,
        answer.scorecard_id,
        answer.question,
        coalesce(answered.human_value, derived.human_value) as human_value,
        answered.review_id is null and coalesce(derived.is_weak, false) as is_weak,
        coalesce(answered.review_id, derived.review_id) as review_id,
        coalesce(answered.reviewer_id, derived.reviewer_id) as reviewer_id,
        coalesce(answered.reviewed_at, derived.reviewed_at) as reviewed_at,
        coalesce(answered.reason, derived.reason) as reason
    from core.answer
    left join answered using (call_id, scorecard_id, question)
    left join derived using (call_date, call_id, scorecard_id, question)
    where
        answered.review_id is not null
        or derived.human_value != answer.answer
        or coalesce(derived.is_weak, false) != answer.is_weak and derived.review_id is not null
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
    -- Whether only fails of lowered severity say no; false after a review of the question.
    case when judged.review_id is null then answer.is_weak else judged.is_weak end as is_weak,
    -- Reason of the machine's answer: one of the declared codes; null after a review.
    case when judged.review_id is null then answer.reason_code end as reason_code,
    -- The code's values by name; null after a review.
    case when judged.review_id is null then answer.reason_values end as reason_values,
    -- Reason as an English sentence; in the reviewer's words after a review.
    coalesce(judged.reason, answer.why) as why,
    -- The review that gave the final answer, of the question or of one of its rules; null if it is
    -- the machine's.
    judged.review_id,
    -- The reviewer; null if it is the machine's answer.
    judged.reviewer_id,
    -- Time of the review; null if it is the machine's answer.
    judged.reviewed_at
from core.answer
left join judged using (call_date, call_id, scorecard_id, question)
