-- One row per stored result: what it depends on, and whether its call is restricted.
-- sqlfluff:dialect:sqlite
create table result (
    call_id text not null,
    commit_no integer not null,
    call_date text not null,
    audio_sha256 text,
    hearing_metadata_sha256 text,
    model_pin text,
    masking_sha256 text,
    metadata_sha256 text,
    rules_sha256 text,
    results_version integer,
    transcript_removed_on text,
    audio_removed_on text,
    restricted integer,
    primary key (call_id, commit_no)
) without rowid
