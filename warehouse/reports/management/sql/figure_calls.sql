-- One row per call that shows a figure best, in the figure's own unit: the worst calls first. Calls
-- of contacts that were not resolved are from the period of which that is known.
with critical as (
    select
        call_date,
        call_id,
        count(*) as flag_count
    from core.flag
    where severity = 'critical' and not is_dismissed
    group by call_date, call_id
),

escalated as (
    select
        call_date,
        call_id,
        count(*) as rule_count
    from mart.escalations
    group by call_date, call_id
),

held as (
    select
        call_date,
        call_id,
        value as hold_s
    from core.metric
    where metric = 'hold_s' and role is null
),

weighed as (
    select
        reported.call_id,
        reported.call_date,
        case $name
            when 'score_mean' then 100 - reported.score
            when 'pass_ratio' then reported.fail_count
            when 'auto_fail_ratio' then reported.auto_fail::integer
            when 'flagged_call_ratio' then reported.flag_count
            when 'critical_call_ratio' then critical.flag_count
            when 'cannot_tell_ratio' then reported.cannot_tell_count
            when 'duration_mean_s' then reported.duration_s
            when 'handle_time_mean_s' then reported.handle_time_s
            when 'hold_mean_s' then held.hold_s
            when 'escalation_ratio' then escalated.rule_count
        end as weight
    from reported
    left join critical using (call_date, call_id)
    left join escalated using (call_date, call_id)
    left join held using (call_date, call_id)
    where reported.is_now
    union all
    select
        contact.call_id,
        contact.call_date,
        1 as weight
    from mart.repeat_contacts as contact
    inner join core.call using (call_date, call_id)
    where
        $name = 'resolved_ratio'
        and contact.call_date between $first_date and $last_date
        and not contact.is_resolved
)

select
    weighed.call_id,
    weighed.call_date
from weighed
where weighed.weight > 0
order by weighed.weight desc, weighed.call_date desc, weighed.call_id desc
limit $calls_shown
