-- One row per review of a finding or an answer by a person; the machine's value is kept.
create table core.review (
    -- Id of the review.
    review_id varchar not null,
    -- The call.
    call_id varchar not null,
    -- The rule that was reviewed; null if it was a question.
    rule_id varchar,
    -- The scorecard of the question; null if a rule was reviewed.
    scorecard_id varchar,
    -- The question that was reviewed; null if it was a rule.
    question varchar,
    -- Occasion of the review: flag, sample, dispute or calibration.
    occasion varchar not null,
    -- The machine's value: an outcome or an answer.
    machine_value varchar not null,
    -- The reviewer's value: an outcome or an answer.
    human_value varchar not null,
    -- The reviewer.
    reviewer_id varchar not null,
    -- Time of the review.
    reviewed_at timestamptz not null,
    -- Reason, in the reviewer's words.
    reason varchar not null
);
