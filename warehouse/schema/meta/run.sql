-- One row per run that ended.
create table meta.run (
    -- Id of the run.
    run_id varchar not null,
    -- Where the recordings came from.
    source varchar not null,
    -- Start of the run.
    started_at timestamptz not null,
    -- End of the run.
    finished_at timestamptz not null,
    -- Items seen: evaluated, unchanged, quarantined and pending together.
    seen_count integer not null,
    -- Calls that this run evaluated, from their recordings or from their stored transcripts.
    evaluated_count integer not null,
    -- Calls whose result was already there.
    unchanged_count integer not null,
    -- Quarantined items.
    quarantined_count integer not null,
    -- Calls left for the next run.
    pending_count integer not null,
    -- Redacted copies of this run that were transcribed again, entirely or where digits were
    -- expected; 0 with CALLQA_PROVE=off, and for runs from before it was recorded.
    proven_count integer not null,
    -- Of these, copies in which a number was still audible and has been muted; divided by
    -- proven_count, the share of copies that needed it.
    remuted_count integer not null,
    -- Flags of this run that were judged on two recognitions of their words, including those on
    -- which the two differ; 0 for runs from before it was recorded, as in the next three columns.
    flag_read_twice_count integer not null,
    -- Of these, flags on which the two differ: their findings are cannot_tell and flag nothing.
    readings_differ_count integer not null,
    -- Flags of this run that rest on one recognition of their words.
    heard_once_count integer not null,
    -- Seconds of the turns that were recognised a second time.
    read_again_s double not null,
    -- Calls that this run judged again from their stored transcripts, by other rules or with other
    -- metadata; their recordings were not opened.
    judged_again_count integer not null,
    -- Calls that another model heard or other rules masked than those in force, and whose results
    -- were kept; `callqa run --rehear` hears them again.
    outdated_count integer not null,
    -- Speech model: name and first digits of its hash.
    model_pin varchar not null,
    -- Hash of the rules and scorecards.
    rules_sha256 varchar not null,
    -- First commit whose results this run lists, including those of killed runs before it.
    first_commit_no bigint not null,
    -- Last commit whose results this run lists; below the first if nothing was committed.
    last_commit_no bigint not null
);
