-- One row per result that was ever stored: a call and the commit that stored it.
create table meta.lineage (
    -- Day on which the call started, in the site's time zone.
    call_date date not null,
    -- The call.
    call_id varchar not null,
    -- Number of the commit; the highest of a call is its current result.
    commit_no bigint not null,
    -- Whether this is the call's current result.
    is_current boolean not null,
    -- The run that evaluated the call.
    run_id varchar not null,
    -- Hash of the recording.
    audio_sha256 varchar not null,
    -- Hash of the metadata.
    metadata_sha256 varchar not null,
    -- Speech model: name and first digits of its hash.
    model_pin varchar not null,
    -- Hash of the rules and scorecards.
    rules_sha256 varchar not null,
    -- Version of the evaluation, incremented when equal inputs should give different results.
    results_version integer not null
);
