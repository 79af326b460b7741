-- One row per version of a rule and language of the centre.
create table core.rule_text (
    -- The rule.
    rule_id varchar not null,
    -- Its version.
    rule_version integer not null,
    -- The language, ISO 639-1; where a rule has no text of its own in it, it is the rule's first.
    language varchar not null,
    -- What it asks, in a few words.
    title varchar not null,
    -- Why it matters.
    why varchar not null,
    -- What an agent could say or do instead; null if nobody wrote it.
    coaching varchar
);
