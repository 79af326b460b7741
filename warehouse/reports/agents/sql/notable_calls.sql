-- One row per call to show on the page of an agent: the best, and those with the most flags.
with notable as (
    select
        agent_id,
        call_id,
        call_date,
        started_at,
        queue,
        language,
        duration_s,
        score,
        flag_count > 0 as is_flagged,
        case when is_flagged then flag_count else score end as merit
    from recent_call
    where flag_count > 0 or not auto_fail and score is not null
)

select
    agent_id,
    is_flagged,
    call_id,
    call_date,
    queue,
    language,
    duration_s,
    score,
    (
        select
            list(
                struct_pack(rule_id := flag.rule_id, version := flag.rule_version)
                order by flag.flag_id
            )
        from core.flag
        where
            flag.call_date = notable.call_date and flag.call_id = notable.call_id
            and not flag.is_dismissed
    ) as flags
from notable
qualify
    row_number() over (
        partition by agent_id, is_flagged order by merit desc, started_at desc, call_id asc
    ) <= $calls_shown
order by merit desc, started_at desc, call_id asc
