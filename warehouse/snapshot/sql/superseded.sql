-- One row per call whose loaded result is no longer the current one.
create or replace temp table superseded as
select
    call.call_date,
    call.call_id
from core.call
semi join touched using (call_id)
anti join current_result using (call_date, call_id, commit_no)
