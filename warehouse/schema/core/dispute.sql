-- One row per dispute that an agent raised over a finding or an answer.
create table core.dispute (
    -- Id of the dispute.
    dispute_id varchar not null,
    -- The call.
    call_id varchar not null,
    -- The rule in dispute; null if it is a question.
    rule_id varchar,
    -- The scorecard of the question; null if a rule is in dispute.
    scorecard_id varchar,
    -- The question in dispute; null if it is a rule.
    question varchar,
    -- The agent who disputes.
    agent_id varchar not null,
    -- When it was raised.
    raised_at timestamptz not null,
    -- Reason, in the agent's words.
    reason varchar not null,
    -- open, upheld (the agent was right) or rejected.
    status varchar not null,
    -- Who decided; null while open.
    resolved_by varchar,
    -- When it was decided; null while open.
    resolved_at timestamptz,
    -- Reason of the decision; null while open.
    resolution varchar
);
