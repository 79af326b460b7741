-- One row per day: what the index has read of its manifest.
-- sqlfluff:dialect:sqlite
create table day (
    call_date text primary key,
    files text not null,
    size integer not null,
    last_commit_no integer not null,
    state_sha256 text not null
)
