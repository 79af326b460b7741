-- One row per question of a version of a scorecard.
create table core.question (
    -- The scorecard.
    scorecard_id varchar not null,
    -- Its version.
    scorecard_version integer not null,
    -- Place in the scorecard, from 0.
    position integer not null,
    -- Id of the section.
    section varchar not null,
    -- Id of the question, unique in the scorecard.
    question varchar not null,
    -- Text of the question.
    title varchar not null,
    -- Weight in the score.
    weight double not null,
    -- Whether a no sets the whole score to 0.
    auto_fail boolean not null,
    -- Whether it counts in the critical score.
    critical boolean not null
);
