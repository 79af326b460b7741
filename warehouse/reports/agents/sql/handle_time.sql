-- One row per agent, or team, with calls of the last four weeks whose handle time is known: its
-- mean, and that of the others for the same mix of queues.
with calls as (
    select
        case when $by_team then call.team else call.agent_id end as who,
        call.queue,
        call.handle_time_s
    from core.scored_call as call
    cross join core.period
    where call.call_date > period.last_date - 28 and call.handle_time_s is not null
),

queues as (
    select
        queue,
        count(*) as n,
        sum(handle_time_s) as total_s
    from calls
    group by queue
),

own_queues as (
    select
        who,
        queue,
        count(*) as n,
        sum(handle_time_s) as total_s
    from calls
    group by who, queue
),

others as (
    select
        own_queues.who,
        sum(queues.n - own_queues.n) as n,
        sum(own_queues.n * (queues.total_s - own_queues.total_s) / (queues.n - own_queues.n))
        / sum(own_queues.n) as mean_s
    from own_queues
    inner join queues using (queue)
    where queues.n > own_queues.n
    group by own_queues.who
),

own as (
    select
        who,
        count(*) as call_count,
        avg(handle_time_s) as mean_s,
        stddev_samp(handle_time_s) as deviation_s
    from calls
    group by who
),

compared as (
    select
        own.who,
        own.call_count,
        own.mean_s,
        others.mean_s as others_mean_s,
        mart.mean_margin(own.deviation_s, own.call_count) as margin_s,
        mart.change_margin(
            mart.mean_margin(own.deviation_s, own.call_count),
            mart.mean_margin(own.deviation_s, others.n)
        ) as change_margin_s,
        least(own.call_count, coalesce(others.n, 0)) >= mart.minimum_count() as is_comparable
    from own
    left join others using (who)
)

select
    who,
    call_count,
    mean_s,
    margin_s,
    others_mean_s,
    is_comparable,
    coalesce(is_comparable and mean_s - others_mean_s > change_margin_s, false) as is_longer,
    coalesce(is_comparable and others_mean_s - mean_s > change_margin_s, false) as is_shorter
from compared
