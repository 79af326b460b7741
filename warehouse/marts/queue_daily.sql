-- One row per queue per day on which it had an evaluated call.
with stated as (
    -- What the telephone system says in custom fields; a text that is no number says nothing.
    select
        call_date,
        call_id,
        try_cast(fields['hold_s'] as double) as hold_s,
        try_cast(fields['queue_wait_s'] as double) as queue_wait_s,
        fields['transferred_to'] is not null as is_transferred
    from core.call
),

days as (
    select
        scored_call.queue,
        scored_call.call_date,
        count(*) as call_count,
        count(distinct scored_call.agent_id) as agent_count,
        avg(scored_call.duration_s) as duration_mean_s,
        avg(coalesce(stated.hold_s, metrics.hold_s)) as hold_mean_s,
        count(stated.queue_wait_s) as queue_wait_count,
        avg(stated.queue_wait_s) as queue_wait_mean_s,
        count(*) filter (where stated.is_transferred) as transferred_count,
        count(scored_call.handle_time_s) as handle_time_count,
        avg(scored_call.after_call_work_s) as after_call_work_mean_s,
        avg(scored_call.handle_time_s) as handle_time_mean_s,
        sum(metrics.non_talk_s) / sum(scored_call.duration_s) filter (
            where metrics.non_talk_s is not null
        ) as non_talk_ratio,
        count(scored_call.score) as score_count,
        avg(scored_call.score) as score_mean,
        count(*) filter (where scored_call.flag_count > 0) as flagged_call_count
    from core.scored_call
    inner join stated using (call_date, call_id)
    left join mart.conversation_metrics as metrics using (call_date, call_id)
    group by scored_call.queue, scored_call.call_date
)

select
    -- The queue.
    queue,
    -- Day on which the calls started, in the site's time zone.
    call_date,
    -- Evaluated calls.
    call_count,
    -- Agents with an evaluated call.
    agent_count,
    -- Mean length of a call.
    duration_mean_s,
    -- Mean time on hold: as the telephone system states it (`fields['hold_s']`), else as it was
    -- heard.
    hold_mean_s,
    -- Calls whose wait in the queue the telephone system states (`fields['queue_wait_s']`).
    queue_wait_count,
    -- Mean of these waits; null if none is stated.
    queue_wait_mean_s,
    -- Calls that were passed on to another agent (`fields['transferred_to']`).
    transferred_count,
    -- Calls whose after-call work is known; both means below are of these.
    handle_time_count,
    -- Mean after-call work; null if it is known of no call.
    after_call_work_mean_s,
    -- Mean handle time: recording and after-call work; null if it is known of no call.
    handle_time_mean_s,
    -- Share of the time in which nobody talks, 0..1.
    non_talk_ratio,
    -- Calls that have a score.
    score_count,
    -- Mean score, 0..100; null without one.
    score_mean,
    -- Calls with at least one flag.
    flagged_call_count,
    -- Share of calls with a flag, 0..1.
    flagged_call_count / call_count as flagged_call_ratio,
    -- Lower end of the share's 95 % interval.
    mart.share_low(flagged_call_count, call_count) as flagged_call_ratio_low,
    -- Upper end of the share's 95 % interval.
    mart.share_high(flagged_call_count, call_count) as flagged_call_ratio_high
from days
