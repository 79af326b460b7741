-- One row per agent per day on which they had an evaluated call. The team and the supervisor are
-- those of the day's last call.
with calls as (
    select
        agent_id,
        call_date,
        max_by(agent_name, started_at) as agent_name,
        max_by(team, started_at) as team,
        max_by(supervisor_id, started_at) as supervisor_id,
        max_by(supervisor_name, started_at) as supervisor_name,
        count(*) as call_count,
        sum(duration_s) as duration_s,
        count(after_call_work_s) as handle_time_count,
        avg(after_call_work_s) as after_call_work_mean_s,
        avg(duration_s + after_call_work_s) as handle_time_mean_s
    from core.call
    group by agent_id, call_date
),

scores as (
    select
        call.agent_id,
        call.call_date,
        count(evaluation.score) as score_count,
        avg(evaluation.score) as score_mean,
        count(*) filter (where evaluation.auto_fail) as auto_fail_count
    from core.final_evaluation as evaluation
    inner join core.call using (call_date, call_id)
    group by call.agent_id, call.call_date
),

findings as (
    select
        call.agent_id,
        call.call_date,
        count(*) filter (where finding.outcome = 'pass') as pass_count,
        count(*) filter (where finding.outcome = 'fail') as fail_count,
        count(*) filter (where finding.outcome = 'not_applicable') as not_applicable_count,
        count(*) filter (where finding.outcome = 'cannot_tell') as cannot_tell_count,
        count(*) filter (where finding.outcome = 'observed') as observed_count,
        count(*) filter (where finding.flagged) as flag_count,
        count(distinct finding.call_id) filter (where finding.flagged) as flagged_call_count
    from core.final_finding as finding
    inner join core.call using (call_date, call_id)
    group by call.agent_id, call.call_date
)

select
    -- Id of the agent in the contact centre.
    calls.agent_id,
    -- Day on which the calls started, in the site's time zone.
    calls.call_date,
    -- Name of the agent.
    calls.agent_name,
    -- The agent's team.
    calls.team,
    -- The agent's supervisor.
    calls.supervisor_id,
    -- Name of the supervisor.
    calls.supervisor_name,
    -- Evaluated calls.
    calls.call_count,
    -- Length of all calls together.
    calls.duration_s,
    -- Calls whose after-call work is known; both means below are of these.
    calls.handle_time_count,
    -- Mean after-call work; null if it is known of no call.
    calls.after_call_work_mean_s,
    -- Mean handle time: recording and after-call work; null if it is known of no call.
    calls.handle_time_mean_s,
    -- Evaluations that have a score.
    coalesce(scores.score_count, 0) as score_count,
    -- Mean score, 0..100; null without one.
    scores.score_mean,
    -- Evaluations with an auto-fail.
    coalesce(scores.auto_fail_count, 0) as auto_fail_count,
    -- Findings that passed.
    coalesce(findings.pass_count, 0) as pass_count,
    -- Findings that failed.
    coalesce(findings.fail_count, 0) as fail_count,
    -- Findings whose rule did not apply.
    coalesce(findings.not_applicable_count, 0) as not_applicable_count,
    -- Findings with the outcome cannot_tell, which count neither for nor against the agent.
    coalesce(findings.cannot_tell_count, 0) as cannot_tell_count,
    -- Findings in which a rule that observes found its words, which is neither a pass nor a fail.
    coalesce(findings.observed_count, 0) as observed_count,
    -- Findings that flag the call for review, less those that a reviewer has dismissed.
    coalesce(findings.flag_count, 0) as flag_count,
    -- Calls with at least one flag.
    coalesce(findings.flagged_call_count, 0) as flagged_call_count
from calls
left join scores using (agent_id, call_date)
left join findings using (agent_id, call_date)
