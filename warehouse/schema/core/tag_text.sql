-- One row per tag of rules and language of the contact centre.
create table core.tag_text (
    -- The tag, as in core.rule.tags.
    tag varchar not null,
    -- ISO 639-1 code.
    language varchar not null,
    -- Its title on pages in that language.
    title varchar not null
);
