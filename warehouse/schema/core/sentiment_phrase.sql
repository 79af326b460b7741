-- One row per phrase that is looked for in customers' words, of every language pack.
create table core.sentiment_phrase (
    -- Language, ISO 639-1.
    language varchar not null,
    -- The phrase.
    phrase varchar not null,
    -- Whether a content customer says it; denied, it says the opposite.
    is_positive boolean not null
);
