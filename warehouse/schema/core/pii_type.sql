-- One row per version of a type of personal data.
create table core.pii_type (
    -- Kind of personal data, such as card_number.
    pii_type varchar not null,
    -- Its version.
    pii_type_version integer not null,
    -- What it is, in a few words.
    title varchar not null,
    -- Why it is protected.
    why varchar not null,
    -- draft, active or retired.
    status varchar not null,
    -- First day whose calls it masks; the first version also masks all calls before.
    effective_from date not null,
    -- Last day whose calls it masks; null if open.
    effective_until date
);
