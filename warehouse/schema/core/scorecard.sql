-- One row per version of a scorecard.
create table core.scorecard (
    -- The scorecard.
    scorecard_id varchar not null,
    -- Its version.
    scorecard_version integer not null,
    -- Its title.
    title varchar not null,
    -- First day on which it judges.
    effective_from date not null,
    -- Last day on which it judges; null if open.
    effective_until date,
    -- Names for its scores, each from a minimum upward, by rising minimum.
    bands struct(name varchar, from_score double)[] not null
);
