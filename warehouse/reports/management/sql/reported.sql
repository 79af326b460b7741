-- One row per call of a period and the one before.
create or replace temp table reported as
select
    call_date,
    call_id,
    started_at,
    agent_id,
    agent_name,
    team,
    language,
    duration_s,
    handle_time_s,
    score,
    auto_fail,
    pass_count,
    fail_count,
    cannot_tell_count,
    flag_count,
    call_date >= $first_date as is_now
from core.scored_call
where call_date between $before_date and $last_date
