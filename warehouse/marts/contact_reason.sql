-- One row per contact reason per week (from Monday) in which a customer called for it. A call with
-- several reasons counts for each of them.
with reasons as (
    select
        contact_reason.rule_id,
        scored_call.week,
        max_by(contact_reason.reason, scored_call.started_at) as reason,
        count(*) as call_count,
        count(contact.is_repeated) as contact_count,
        count(*) filter (where contact.is_repeated) as repeat_count,
        count(scored_call.score) as score_count,
        avg(scored_call.score) as score_mean,
        mart.score_margin(scored_call.score) as score_margin,
        avg(scored_call.duration_s) as duration_mean_s,
        mart.mean_margin(stddev_samp(scored_call.duration_s), count(*)) as duration_margin_s
    from core.contact_reason
    inner join core.scored_call using (call_date, call_id)
    left join mart.repeat_contacts as contact using (call_date, call_id)
    group by contact_reason.rule_id, scored_call.week
),

-- Where it cannot be told whether a reason was named, the call counts neither as one nor as none.
checked as (
    select
        rule_id,
        date_trunc('week', call_date)::date as week,
        count(*) as checked_count
    from core.final_finding
    where outcome != 'cannot_tell'
    group by rule_id, date_trunc('week', call_date)
)

select
    -- The rule that recognises the reason.
    reasons.rule_id,
    -- Monday of the week.
    reasons.week,
    -- The reason: the title of the rule, of its last version in the week.
    reasons.reason,
    -- Calls for this reason.
    reasons.call_count,
    -- Calls of the week for which the rule was in force, less those with the outcome cannot_tell.
    checked.checked_count,
    -- Share of calls for this reason among these, 0..1.
    reasons.call_count / checked.checked_count as call_ratio,
    -- Lower end of the share's 95 % interval.
    mart.share_low(reasons.call_count, checked.checked_count) as call_ratio_low,
    -- Upper end of the share's 95 % interval.
    mart.share_high(reasons.call_count, checked.checked_count) as call_ratio_high,
    -- Contacts of known customers that began with one of these calls and whose seven days are over.
    reasons.contact_count,
    -- Of these, contacts after which the customer called again within seven days, for any reason.
    reasons.repeat_count,
    -- Share of repeated contacts, 0..1; null without such a contact.
    reasons.repeat_count / nullif(reasons.contact_count, 0) as repeat_ratio,
    -- Lower end of the share's 95 % interval.
    mart.share_low(reasons.repeat_count, reasons.contact_count) as repeat_ratio_low,
    -- Upper end of the share's 95 % interval.
    mart.share_high(reasons.repeat_count, reasons.contact_count) as repeat_ratio_high,
    -- Calls for this reason that have a score.
    reasons.score_count,
    -- Mean score, 0..100; null without one.
    reasons.score_mean,
    -- Half the width of the mean's 95 % interval; null below ten scores.
    reasons.score_margin,
    -- Mean handle time: the length of the recording, without the work after the call.
    reasons.duration_mean_s,
    -- Half the width of the mean's 95 % interval; null below ten calls.
    reasons.duration_margin_s
from reasons
inner join checked using (rule_id, week)
