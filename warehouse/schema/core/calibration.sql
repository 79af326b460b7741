-- One row per rater's value for a finding or an answer in a calibration session, in which several
-- raters and an expert judge the same calls. It changes no score.
create table core.calibration (
    -- Id of the rating.
    calibration_id varchar not null,
    -- The session.
    session_id varchar not null,
    -- The call.
    call_id varchar not null,
    -- The rule that was rated; null if it was a question.
    rule_id varchar,
    -- The scorecard of the question; null if a rule was rated.
    scorecard_id varchar,
    -- The question that was rated; null if it was a rule.
    question varchar,
    -- The rater.
    rater_id varchar not null,
    -- Whether the rater is the session's expert, from whom the others' deviation is measured.
    is_expert boolean not null,
    -- The rater's value: an outcome or an answer.
    human_value varchar not null,
    -- Time of the rating.
    rated_at timestamptz not null,
    -- Reason, in the rater's words; null without one.
    reason varchar
);
