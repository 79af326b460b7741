-- One row per item of a source that is set aside now, until a person acts.
create table core.quarantine (
    -- Where the item is.
    source varchar not null,
    -- Name of the file or entry in its source.
    item varchar not null,
    -- The call, if the metadata could be read that far.
    call_id varchar,
    -- Kind of fault, such as corrupt_audio.
    reason varchar not null,
    -- What is wrong and what to do, in one sentence.
    detail varchar not null,
    -- The run that saw it last.
    run_id varchar not null
);
