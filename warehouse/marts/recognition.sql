-- One row per agent, week and reason for praise: significantly above the site's mean, or
-- significantly better than in the week before.
with sites as (
    select
        week,
        avg(score) as site_score
    from core.scored_call
    group by week
),

weeks as (
    select
        agent_weekly.*,
        sites.site_score
    from mart.agent_weekly
    inner join sites using (week)
    where agent_weekly.score_count >= mart.minimum_count()
),

reasons as (
    select
        *,
        'above_site' as reason,
        score_adjusted - site_score as gain
    from weeks
    where score_adjusted - score_margin > site_score
    union all
    select
        *,
        'improved' as reason,
        score_change as gain
    from weeks
    where score_change - score_change_margin > 0
)

select
    -- Id of the agent in the contact centre.
    agent_id,
    -- Monday of the week.
    week,
    -- above_site or improved.
    reason,
    -- Name of the agent.
    agent_name,
    -- The agent's team.
    team,
    -- The agent's supervisor.
    supervisor_id,
    -- Calls that have a score.
    score_count,
    -- Mean score, 0..100.
    score_mean,
    -- Points above the site's mean (adjusted for the mix of calls) or above the week before.
    gain
from reasons
