-- One row per question of a version of a scorecard and further language it is written in.
create table core.question_text (
    -- The scorecard.
    scorecard_id varchar not null,
    -- Its version.
    scorecard_version integer not null,
    -- The question.
    question varchar not null,
    -- The language, ISO 639-1.
    language varchar not null,
    -- Text of the question.
    title varchar not null
);
