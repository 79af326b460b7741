-- One row per rule that was in force for a call, with the final outcome: that of the last review,
-- or else the machine's. Both are kept; calibration reviews do not count.
with judged as (
    select *
    from core.review
    where rule_id is not null and occasion != 'calibration'
    qualify
        row_number() over (
            partition by call_id, rule_id
            order by reviewed_at desc, review_id asc
        ) = 1
),

-- A rule that observes judges nobody, whatever word a reviewer chose.
reviewed as (
    select
        finding.*,
        judged.review_id,
        judged.reviewer_id,
        judged.reviewed_at,
        judged.reason as review_reason,
        case
            when finding.outcome = 'observed' or finding.reason_code in ('observed', 'not_observed')
                then case judged.human_value
                    when 'pass' then 'observed'
                    when 'fail' then 'not_applicable'
                    else judged.human_value
                end
            else judged.human_value
        end as human_outcome
    from core.finding
    left join judged using (call_id, rule_id)
)

select
    -- Day on which the call started, in the site's time zone.
    call_date,
    -- The call.
    call_id,
    -- The rule.
    rule_id,
    -- Its version.
    rule_version,
    -- pass, fail, not_applicable, cannot_tell or observed.
    coalesce(human_outcome, outcome) as outcome,
    -- The machine's outcome.
    outcome as machine_outcome,
    -- minor, major or critical: that of the rule, or one step below if a fail has weak grounds.
    case when human_outcome != outcome then rule_severity else severity end as severity,
    -- The severity of the rule: minor, major or critical.
    rule_severity,
    -- Whether it flags the call for review; false once a reviewer has overruled it.
    flagged and coalesce(human_outcome = outcome, true) as flagged,
    -- Whether the machine flagged the call.
    flagged as machine_flagged,
    -- The machine's confidence, 0..1.
    confidence,
    -- Reason of the machine's outcome: one of the declared codes.
    reason_code,
    -- The code's values by name.
    reason_values,
    -- The same reason as an English sentence.
    why,
    -- The review that gave or confirmed the outcome; null without one.
    review_id,
    -- The reviewer; null without a review.
    reviewer_id,
    -- Time of the review; null without one.
    reviewed_at,
    -- Reason in the reviewer's words; null without a review.
    review_reason
from reviewed
