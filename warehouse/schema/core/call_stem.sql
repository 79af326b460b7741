-- One row per call and stem of a word in it: the index that `callqa search` reads.
create table core.call_stem (
    -- Day on which the call started, in the site's time zone.
    call_date date not null,
    -- The call.
    call_id varchar not null,
    -- Language in which it was recognised, ISO 639-1, and by whose rules it is stemmed.
    language varchar not null,
    -- Stem of the word, without accents; a masked span is a word, such as card_number.
    stem varchar not null,
    -- The turns that contain it, in order, once per occurrence.
    turns integer[] not null
);
