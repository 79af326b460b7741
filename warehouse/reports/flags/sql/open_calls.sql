-- One row per supervisor: calls with a flag of earlier lists that nobody has decided yet. Calls
-- that the run has evaluated again are on its own lists.
select
    flag.supervisor_id,
    count(distinct flag.call_id) as call_count
from mart.flag_list as flag
inner join core.call using (call_date, call_id)
cross join core.period
anti join core.review as review
    on
        flag.call_id = review.call_id
        and flag.rule_id = review.rule_id
        and review.occasion != 'calibration'
anti join run_call on flag.call_id = run_call.call_id
where
    flag.listed_run_id is distinct from $run_id
    and call.restricted = $restricted
    and flag.call_date > period.last_date - 14
group by flag.supervisor_id
