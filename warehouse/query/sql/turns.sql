-- One row per turn; the caller adds the calls.
select
    call_date,
    call_id,
    turn,
    start_minutes_seconds as at, -- noqa: RF04
    role,
    agent_id,
    queue,
    language,
    text
from mart.call_search
