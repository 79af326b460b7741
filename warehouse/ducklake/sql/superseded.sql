-- One row per call whose result in the lake is no longer the current one.
create or replace temp table superseded as
select
    call_date,
    call_id
from callqa.meta.lineage
where
    is_current
    and call_date between getvariable('first_date') and getvariable('last_date')
    and call_date in (select changed_day.call_date from changed_day)
    and (call_date, call_id, commit_no) not in (
        select (other.call_date, other.call_id, other.commit_no)
        from published.meta.lineage as other
        where
            other.is_current
            and other.call_date between getvariable('first_date') and getvariable('last_date')
    );
