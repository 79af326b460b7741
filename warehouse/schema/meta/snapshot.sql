-- One row: what this snapshot was built from.
create table meta.snapshot (
    -- The last run that it contains; null in an empty lake.
    run_id varchar,
    -- When it was built.
    built_at timestamptz not null,
    -- Hash of the lake's state.
    lake_sha256 varchar not null,
    -- Hash of the checkout's SQL files.
    sql_sha256 varchar not null,
    -- The site's time zone, which decides the day of a call.
    time_zone varchar not null
);
