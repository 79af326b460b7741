-- One row per agent and week, the oldest first.
select
    agent_id,
    week,
    call_count,
    score_mean,
    score_margin,
    flagged_call_count
from mart.agent_weekly
qualify row_number() over (partition by agent_id order by week desc) <= $weeks_shown
order by week
