-- One row per day on which a call was evaluated: how well the recordings could be evaluated.
with turns as (
    select
        call_date,
        call_id,
        sum(word_count) as word_count,
        sum(confidence * word_count) as confidence_sum,
        bool_or(role = 'unknown') as has_unknown_role
    from core.turn
    group by call_date, call_id
),

findings as (
    select
        call_date,
        count(*) as finding_count,
        count(*) filter (where outcome = 'cannot_tell') as cannot_tell_count,
        count(*) filter (where reason_code = 'readings_differ') as readings_differ_count,
        count(*) filter (where reason_code = 'heard_once') as heard_once_count
    from core.final_finding
    group by call_date
),

days as (
    select
        call.call_date,
        count(*) as call_count,
        count(*) filter (where call.channel_count = 1) as mono_count,
        count(*) filter (where turns.call_id is null) as silent_count,
        count(*) filter (where turns.has_unknown_role) as unknown_role_count,
        count(*) filter (where len(call.notes) > 0) as noted_count,
        count(*) filter (where call.customer_ref is null) as without_customer_count,
        sum(turns.confidence_sum) / sum(turns.word_count) as confidence_mean
    from core.call
    left join turns using (call_date, call_id)
    group by call.call_date
)

select
    -- Day on which the calls started, in the site's time zone.
    days.call_date,
    -- Evaluated calls.
    days.call_count,
    -- Calls with both sides on one channel.
    days.mono_count,
    -- Calls in which no word was recognised.
    days.silent_count,
    -- Calls with a turn whose speaker is not known.
    days.unknown_role_count,
    -- Calls with notes of recognition: corrections, or facts that it could not determine.
    days.noted_count,
    -- Calls whose customer is not known, so that repeat contacts cannot be found.
    days.without_customer_count,
    -- Mean recognition confidence of all words, 0..1; null without words.
    days.confidence_mean,
    -- Share of findings with the outcome cannot_tell, 0..1; null without findings.
    findings.cannot_tell_count / nullif(findings.finding_count, 0) as cannot_tell_ratio,
    -- Flags that were dropped, since a second recognition of their words says otherwise; these
    -- findings are cannot_tell.
    coalesce(findings.readings_differ_count, 0)::integer as readings_differ_count,
    -- Flags that rest on one recognition of their words.
    coalesce(findings.heard_once_count, 0)::integer as heard_once_count
from days
left join findings using (call_date)
