-- One row per figure that is a share of calls, checks or contacts.
-- `reported` is a temporary table of the calls of the period and the previous one, marked as such.
with flags as (
    select distinct
        call_date,
        call_id
    from core.flag
    where severity = 'critical' and not is_dismissed
),

heard as (
    select distinct
        call_date,
        call_id
    from mart.escalations
),

cases as (
    select
        'pass_ratio' as name,
        is_now,
        pass_count as k,
        pass_count + fail_count as n
    from reported
    union all
    select
        'cannot_tell_ratio' as name,
        is_now,
        cannot_tell_count as k,
        pass_count + fail_count + cannot_tell_count as n
    from reported
    union all
    select
        'auto_fail_ratio' as name,
        is_now,
        auto_fail::integer as k,
        (score is not null)::integer as n
    from reported
    union all
    select
        'flagged_call_ratio' as name,
        is_now,
        (flag_count > 0)::integer as k,
        1 as n
    from reported
    union all
    select
        'critical_call_ratio' as name,
        reported.is_now,
        (flags.call_id is not null)::integer as k,
        1 as n
    from reported
    left join flags using (call_date, call_id)
    union all
    select
        'escalation_ratio' as name,
        reported.is_now,
        (heard.call_id is not null)::integer as k,
        1 as n
    from reported
    left join heard using (call_date, call_id)
    union all
    select
        'resolved_ratio' as name,
        call_date >= $first_date as is_now,
        is_resolved::integer as k,
        (is_resolved is not null)::integer as n
    from mart.repeat_contacts
    where call_date between $before_date and $last_date
),

sums as (
    select
        name,
        coalesce(sum(k) filter (where is_now), 0)::bigint as k,
        coalesce(sum(n) filter (where is_now), 0)::bigint as n,
        coalesce(sum(k) filter (where not is_now), 0)::bigint as k0,
        coalesce(sum(n) filter (where not is_now), 0)::bigint as n0
    from cases
    group by name
)

select
    name,
    n as count,
    k / nullif(n, 0) as value,
    k0 / nullif(n0, 0) as before,
    mart.share_low(k, n) as low,
    mart.share_high(k, n) as high,
    mart.share_change_low(k, n, k0, n0) as change_low,
    mart.share_change_high(k, n, k0, n0) as change_high
from sums
