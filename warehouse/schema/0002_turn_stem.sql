-- One row per turn and stem of a word in it: the index that `callqa search` reads.
create table core.turn_stem (
    -- Day on which the call started, in the site's time zone.
    call_date date not null,
    -- The call.
    call_id varchar not null,
    -- The turn.
    turn integer not null,
    -- Language in which it was recognised, ISO 639-1, and by whose rules it is stemmed.
    language varchar not null,
    -- What the word's forms share, without accents; a masked span is a word, such as card_number.
    stem varchar not null,
    -- How often it is said in the turn.
    stem_count integer not null
);
