-- One row per item of a source that is in quarantine now.
create table core.quarantine (
    -- Source of the item.
    source varchar not null,
    -- Path of the file or entry, as `recording_path` of `core.call` is kept.
    item varchar not null,
    -- The call, if the metadata could be read that far.
    call_id varchar,
    -- Kind of fault, such as corrupt_audio.
    reason varchar not null,
    -- What is wrong and what to do, in one sentence.
    detail varchar not null,
    -- The last run that saw it.
    run_id varchar not null
);
