alter table core.rule add column coaching varchar;

comment on column core.rule.coaching is
'What an agent could say or do instead; null if nobody wrote it.';

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

-- One row per question of a version of a scorecard and further language it is written in.
create table core.question_text (
    -- The scorecard.
    scorecard_id varchar not null,
    -- Its version.
    scorecard_version integer not null,
    -- The question.
    question varchar not null,
    -- The language, ISO 639-1.
    language varchar not null,
    -- The question as people read it.
    title varchar not null
);
