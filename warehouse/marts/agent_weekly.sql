-- One row per agent per week (from Monday) in which they had an evaluated call. The team and the
-- supervisor are those of the week's last call. Only agents with enough scores are ranked; where
-- intervals overlap, a rank is a range.
with weeks as (
    select
        agent_id,
        week,
        max_by(agent_name, started_at) as agent_name,
        max_by(team, started_at) as team,
        max_by(supervisor_id, started_at) as supervisor_id,
        count(*) as call_count,
        count(score) as score_count,
        avg(score) as score_mean,
        mart.mix_adjusted(score, peer_score, site_score) as score_adjusted,
        mart.score_margin(score) as score_margin,
        count(*) filter (where auto_fail) as auto_fail_count,
        count(*) filter (where flag_count > 0) as flagged_call_count,
        sum(fail_count)::bigint as fail_count,
        sum(pass_count + fail_count)::bigint as judged_count
    from core.compared_call
    group by agent_id, week
),

compared as (
    select
        one.agent_id,
        one.week,
        count(*) as ranked_count,
        count(*) filter (
            where other.score_adjusted - other.score_margin
            > one.score_adjusted + one.score_margin
        ) as better_count,
        count(*) filter (
            where other.score_adjusted + other.score_margin
            < one.score_adjusted - one.score_margin
        ) as worse_count
    from weeks as one
    inner join weeks as other on one.week = other.week
    where
        one.score_count >= mart.minimum_count()
        and other.score_count >= mart.minimum_count()
    group by one.agent_id, one.week
)

select
    -- Id of the agent in the contact centre.
    weeks.agent_id,
    -- Monday of the week.
    weeks.week,
    -- Name of the agent.
    weeks.agent_name,
    -- The agent's team.
    weeks.team,
    -- The agent's supervisor.
    weeks.supervisor_id,
    -- Evaluated calls.
    weeks.call_count,
    -- Calls that have a score.
    weeks.score_count,
    -- Mean score, 0..100; null without one.
    weeks.score_mean,
    -- Mean score standardised to the site's mix of queues and languages in that week.
    weeks.score_adjusted,
    -- Half the width of both scores' 95 % interval; null below ten scores.
    weeks.score_margin,
    -- Change of the mean score since the week before; null without either.
    weeks.score_mean - before.score_mean as score_change,
    -- Half the width of the change's 95 % interval.
    mart.change_margin(weeks.score_margin, before.score_margin) as score_change_margin,
    -- Best possible rank among the agents with enough scores; null with too few.
    compared.better_count + 1 as best_rank,
    -- Worst possible rank.
    compared.ranked_count - compared.worse_count as worst_rank,
    -- Agents with enough scores that week.
    compared.ranked_count,
    -- Calls with an auto-fail.
    weeks.auto_fail_count,
    -- Calls with at least one flag.
    weeks.flagged_call_count,
    -- Findings that failed.
    weeks.fail_count,
    -- Findings that passed or failed.
    weeks.judged_count,
    -- Share of fails among passes and fails, 0..1; null without either.
    weeks.fail_count / nullif(weeks.judged_count, 0) as fail_ratio,
    -- Lower end of the share's 95 % interval.
    mart.share_low(weeks.fail_count, weeks.judged_count) as fail_ratio_low,
    -- Upper end of the share's 95 % interval.
    mart.share_high(weeks.fail_count, weeks.judged_count) as fail_ratio_high
from weeks
left join weeks as before on weeks.agent_id = before.agent_id and weeks.week - 7 = before.week
left join compared on weeks.agent_id = compared.agent_id and weeks.week = compared.week
