-- One row per agent and question in the 28 days up to the last call where the agent earns
-- significantly less than the others: with enough answers, the 95 % interval of the difference is
-- entirely below 0.
with recent as (
    select answer_daily.*
    from core.answer_daily
    cross join core.period
    where answer_daily.call_date > period.last_date - 28
),

everybody as (
    select
        scorecard_id,
        question,
        sum(yes_count)::bigint as yes_count,
        sum(answered_count)::bigint as answered_count
    from recent
    group by scorecard_id, question
),

agents as (
    select
        agent_id,
        scorecard_id,
        question,
        max_by(agent_name, last_started_at) as agent_name,
        max_by(team, last_started_at) as team,
        max_by(supervisor_id, last_started_at) as supervisor_id,
        sum(yes_count)::bigint as yes_count,
        sum(answered_count)::bigint as answered_count
    from recent
    group by agent_id, scorecard_id, question
),

compared as (
    select
        agents.*,
        everybody.yes_count - agents.yes_count as others_yes_count,
        everybody.answered_count - agents.answered_count as others_answered_count
    from agents
    inner join everybody using (scorecard_id, question)
)

select
    -- Id of the agent in the contact centre.
    agent_id,
    -- The scorecard.
    scorecard_id,
    -- The question.
    question,
    -- Name of the agent.
    agent_name,
    -- The agent's team.
    team,
    -- The agent's supervisor.
    supervisor_id,
    -- The agent's calls answered yes or no.
    answered_count,
    -- The agent's share of yes, 0..1.
    yes_count / answered_count as yes_ratio,
    -- Upper end of the agent's 95 % interval.
    mart.share_high(yes_count, answered_count) as yes_ratio_high,
    -- The others' share of yes, 0..1.
    others_yes_count / others_answered_count as others_yes_ratio,
    -- Lower end of the others' 95 % interval.
    mart.share_low(others_yes_count, others_answered_count) as others_yes_ratio_low
from compared
where mart.is_below(yes_count, answered_count, others_yes_count, others_answered_count)
