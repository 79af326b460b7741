-- One row per scorecard that was in force for a call.
create table core.evaluation (
    -- Day on which the call started, in the site's time zone.
    call_date date not null,
    -- The call.
    call_id varchar not null,
    -- The scorecard.
    scorecard_id varchar not null,
    -- Its version.
    scorecard_version integer not null,
    -- 0..100; null if no question could be answered.
    score double,
    -- 0..100 over the critical questions alone; null if none could be answered.
    critical_score double,
    -- Whether a question that fails the whole call was answered no.
    auto_fail boolean not null,
    -- Band that the score falls in; null without a score.
    band varchar
);
