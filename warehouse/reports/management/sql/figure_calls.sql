-- One row per call that shows a figure best, in the figure's own unit: the worst calls first.
with critical as (
    select
        call_date,
        call_id,
        count(*) as flag_count
    from core.flag
    where severity = 'critical' and not is_dismissed
    group by call_date, call_id
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
        end as weight
    from reported
    left join critical using (call_date, call_id)
    where reported.is_now and not reported.restricted
)

select
    weighed.call_id,
    weighed.call_date
from weighed
where weighed.weight > 0
order by weighed.weight desc, weighed.call_date desc, weighed.call_id desc
limit $calls_shown
