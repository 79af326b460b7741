-- One row per judgement that a person made of a finding or an answer; the machine's stays.
create table core.review (
    -- Id of the judgement.
    review_id varchar not null,
    -- The call.
    call_id varchar not null,
    -- The rule that was judged; null if it was a question.
    rule_id varchar,
    -- The scorecard of the question; null if a rule was judged.
    scorecard_id varchar,
    -- The question that was judged; null if it was a rule.
    question varchar,
    -- Why this one was heard: flag, sample, dispute or calibration.
    occasion varchar not null,
    -- What the machine had said: an outcome or an answer.
    machine_value varchar not null,
    -- What the person says: an outcome or an answer.
    human_value varchar not null,
    -- Who judged.
    reviewer_id varchar not null,
    -- When.
    reviewed_at timestamptz not null,
    -- Why, in the reviewer's words.
    reason varchar not null
);
