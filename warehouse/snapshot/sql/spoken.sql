-- One row per call to index, with a number until its stems are grouped.
create or replace temp table spoken as
select
    row_number() over (order by call.call_date, call.call_id) as call_no,
    call.call_date,
    call.call_id,
    call.language
from core.call
semi join batch using (call_date, call_id)
