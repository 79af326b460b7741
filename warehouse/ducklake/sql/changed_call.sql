-- One row per call and change: `superseded` if its result in the lake is the current one no longer,
-- `added` if the lake lacks its current result.
create or replace temp table changed_call as
with result as (
    select
        'superseded' as change,
        call_date,
        call_id,
        commit_no
    from callqa.meta.lineage
    where is_current and call_date between getvariable('first_date') and getvariable('last_date')
    union all
    select
        'added' as change,
        call_date,
        call_id,
        commit_no
    from published.meta.lineage
    where is_current and call_date between getvariable('first_date') and getvariable('last_date')
)

select
    any_value(change) as change,
    call_date,
    call_id
from result
where call_date in (select changed_day.call_date from changed_day)
group by call_date, call_id, commit_no
having count(*) = 1;
