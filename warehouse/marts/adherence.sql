-- One row per agent per day on which they were scheduled: how their calls fit the schedule. Empty
-- until schedules are recorded. It is computed from calls alone and does not see idle agents who
-- are ready for one, so it is a reason to ask, never a verdict.
with days as (
    select
        agent_id,
        schedule_date,
        min(starts_at) filter (where activity = 'work') as work_starts_at,
        max(ends_at) filter (where activity = 'work') as work_ends_at,
        coalesce(sum(epoch(ends_at - starts_at)) filter (where activity = 'work'), 0) as work_s,
        coalesce(sum(epoch(ends_at - starts_at)) filter (where activity != 'work'), 0) as other_s
    from core.schedule
    group by agent_id, schedule_date
),

calls as (
    select
        agent_id,
        call_id,
        call_date,
        started_at,
        started_at + to_seconds(duration_s) as ended_at
    from core.call
),

-- A shift may extend into the next day, and a call into the next block.
parts as (
    select
        schedule.agent_id,
        schedule.schedule_date,
        schedule.activity,
        calls.call_id,
        calls.started_at,
        calls.ended_at,
        epoch(least(calls.ended_at, schedule.ends_at))
        - epoch(greatest(calls.started_at, schedule.starts_at)) as inside_s
    from core.schedule
    inner join calls
        on
            schedule.agent_id = calls.agent_id
            and calls.call_date between schedule.schedule_date - 1 and schedule.schedule_date + 1
            and schedule.starts_at < calls.ended_at
            and schedule.ends_at > calls.started_at
),

worked as (
    select
        agent_id,
        schedule_date,
        count(distinct call_id) as call_count,
        min(started_at) as first_started_at,
        max(ended_at) as last_ended_at,
        sum(inside_s) filter (where activity = 'work') as work_call_s,
        sum(inside_s) filter (where activity != 'work') as other_call_s
    from parts
    group by agent_id, schedule_date
),

unscheduled as (
    select
        calls.agent_id,
        calls.call_date,
        count(*) as call_count
    from calls
    anti join parts using (agent_id, call_id)
    group by calls.agent_id, calls.call_date
)

select
    -- Id of the agent in the contact centre.
    days.agent_id,
    -- Day on which the schedule starts, in the site's time zone.
    days.schedule_date,
    -- Start of the scheduled work; null if none was scheduled.
    days.work_starts_at,
    -- End of the scheduled work; null if none was scheduled.
    days.work_ends_at,
    -- Scheduled work.
    days.work_s,
    -- Scheduled breaks, training and meetings.
    days.other_s,
    -- Calls that overlap with the schedule.
    coalesce(worked.call_count, 0) as call_count,
    -- Calls of the day that are entirely outside the schedule.
    coalesce(unscheduled.call_count, 0) as unscheduled_call_count,
    -- Time on calls in scheduled work.
    coalesce(worked.work_call_s, 0) as work_call_s,
    -- Time on calls in scheduled breaks, training and meetings.
    coalesce(worked.other_call_s, 0) as other_call_s,
    -- Share of the scheduled work that is spent on calls, 0..1; null without scheduled work.
    coalesce(worked.work_call_s, 0) / nullif(days.work_s, 0) as work_call_ratio,
    -- From the start of the scheduled work to the first call; below 0 if the call came first.
    epoch(worked.first_started_at) - epoch(days.work_starts_at) as first_call_delay_s,
    -- From the last call's end to the end of the scheduled work; below 0 for work beyond it.
    epoch(days.work_ends_at) - epoch(worked.last_ended_at) as last_call_gap_s
from days
left join worked using (agent_id, schedule_date)
left join unscheduled
    on days.agent_id = unscheduled.agent_id and days.schedule_date = unscheduled.call_date
