-- The last weeks of an agent, the oldest first.
select
    weeks.week,
    weeks.call_count,
    weeks.score_mean,
    weeks.score_margin,
    weeks.flagged_call_count
from mart.agent_weekly as weeks
semi join visible on weeks.agent_id = visible.agent_id
qualify row_number() over (order by weeks.week desc) <= $weeks_shown
order by weeks.week
