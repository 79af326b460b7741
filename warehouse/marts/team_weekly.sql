-- One row per team per week (from Monday) in which it had an evaluated call. A call counts for the
-- team that the agent was in on that day.
with weeks as (
    select
        team,
        week,
        count(distinct agent_id) as agent_count,
        count(*) as call_count,
        count(score) as score_count,
        avg(score) as score_mean,
        mart.mix_adjusted(score, peer_score, site_score) as score_adjusted,
        mart.score_margin(score) as score_margin,
        count(*) filter (where flag_count > 0) as flagged_call_count,
        sum(fail_count)::bigint as fail_count,
        sum(pass_count + fail_count)::bigint as judged_count
    from core.compared_call
    group by team, week
)

select
    -- The team.
    weeks.team,
    -- Monday of the week.
    weeks.week,
    -- Agents with an evaluated call.
    weeks.agent_count,
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
    -- Calls with at least one flag.
    weeks.flagged_call_count,
    -- Share of fails among passes and fails, 0..1; null without either.
    weeks.fail_count / nullif(weeks.judged_count, 0) as fail_ratio,
    -- The same share less that of the week before.
    weeks.fail_count / nullif(weeks.judged_count, 0)
    - before.fail_count / nullif(before.judged_count, 0) as fail_ratio_change,
    -- Lower end of the change's 95 % interval.
    mart.share_change_low(
        weeks.fail_count, weeks.judged_count, before.fail_count, before.judged_count
    ) as fail_ratio_change_low,
    -- Upper end of the change's 95 % interval.
    mart.share_change_high(
        weeks.fail_count, weeks.judged_count, before.fail_count, before.judged_count
    ) as fail_ratio_change_high
from weeks
left join weeks as before on weeks.team = before.team and weeks.week - 7 = before.week
