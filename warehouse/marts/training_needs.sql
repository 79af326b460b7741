-- One row per team and question in the 28 days up to the last call: how the team compares with the
-- other teams, and whether the gap is significant enough to train the whole team.
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

teams as (
    select
        team,
        scorecard_id,
        question,
        count(distinct agent_id) as agent_count,
        count(distinct agent_id) filter (where yes_count < answered_count) as missing_agent_count,
        sum(yes_count)::bigint as yes_count,
        sum(answered_count)::bigint as answered_count
    from recent
    group by team, scorecard_id, question
),

compared as (
    select
        teams.*,
        everybody.yes_count - teams.yes_count as others_yes_count,
        everybody.answered_count - teams.answered_count as others_answered_count
    from teams
    inner join everybody using (scorecard_id, question)
)

select
    -- The team.
    team,
    -- The scorecard.
    scorecard_id,
    -- The question.
    question,
    -- Agents with an answer of yes or no.
    agent_count,
    -- Agents with at least one no.
    missing_agent_count,
    -- Calls answered yes or no.
    answered_count,
    -- Share of yes, 0..1.
    yes_count / answered_count as yes_ratio,
    -- The other teams' share of yes, 0..1; null without any.
    others_yes_count / nullif(others_answered_count, 0) as others_yes_ratio,
    -- Lower end of the 95 % interval of the team's share less the others'.
    mart.share_change_low(yes_count, answered_count, others_yes_count, others_answered_count)
        as gap_low,
    -- Upper end of the 95 % interval of the team's share less the others'.
    mart.share_change_high(yes_count, answered_count, others_yes_count, others_answered_count)
        as gap_high,
    -- Whether the team does significantly worse than the others, with enough answers.
    mart.is_below(yes_count, answered_count, others_yes_count, others_answered_count) as is_need
from compared
