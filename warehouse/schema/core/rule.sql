-- One row per version of a rule.
create table core.rule (
    -- The rule.
    rule_id varchar not null,
    -- Its version.
    rule_version integer not null,
    -- First part of its id, which is its folder, such as script, conduct or reason.
    kind varchar not null,
    -- What is checked, in a few words.
    title varchar not null,
    -- What a failure means, in a few words; the title where the rule file has nothing else.
    title_failed varchar not null,
    -- Why it matters.
    why varchar not null,
    -- minor, major or critical.
    severity varchar not null,
    -- draft, active or retired.
    status varchar not null,
    -- First day on which it judges.
    effective_from date not null,
    -- Last day on which it judges; null if open.
    effective_until date,
    -- What an agent could say or do instead; null if not given.
    coaching varchar,
    -- Its tags: slugs from qa_rules/tags.yaml; empty if it has none.
    tags varchar[] not null default []
);
