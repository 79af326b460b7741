-- One row per version of a rule and language of the centre.
create table core.rule_text (
    -- The rule.
    rule_id varchar not null,
    -- Its version.
    rule_version integer not null,
    -- The language, ISO 639-1; a rule without text in it has its first text here.
    language varchar not null,
    -- What is checked, in a few words.
    title varchar not null,
    -- What a failure means, in a few words; the title where the rule file has nothing else.
    title_failed varchar not null,
    -- Why it matters.
    why varchar not null,
    -- What an agent could say or do instead; null if not given.
    coaching varchar
);
