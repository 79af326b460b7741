-- One row per original recording with card data that a publication missed where it had been.
create table core.deleted_original (
    -- What is kept of its path, as in `core.call`.
    recording_path varchar not null,
    -- Day on which it was missed first.
    deleted_on date not null
);
