-- One row per call whose current result is to be loaded.
create or replace temp table added as
select
    current_result.call_date,
    current_result.call_id,
    current_result.commit_no
from current_result
anti join core.call using (call_date, call_id, commit_no)
