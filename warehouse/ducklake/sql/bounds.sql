-- One row: the first and last of the changed days, by which files of other days are skipped.
select
    min(call_date) as first_date,
    max(call_date) as last_date
from changed_day;
