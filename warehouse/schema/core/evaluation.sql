-- One row per scorecard that was in force for a call.
create table core.evaluation (
    -- Day on which the call started, in the site's time zone.
    call_date date not null,
    -- The call.
    call_id varchar not null,
    -- The scorecard.
    scorecard_id varchar not null,
    -- Its version.
    scorecard_version integer not null,
    -- 0..100; null if too few questions, or none, could be answered.
    score double,
    -- 0..100 over the critical questions alone; null if none could be answered, or without a score.
    critical_score double,
    -- Whether a question that fails the whole call was answered no, not on weak grounds alone, and
    -- there is a score.
    auto_fail boolean not null,
    -- Band that the score falls in; null without a score.
    band varchar,
    -- Share of the applicable weight that could be answered, 0..1; null if nothing applies, or in
    -- results from before it was stored.
    answered_ratio double,
    -- The scorecard's minimum of that share for a score; null in results from before it was stored.
    min_answered_ratio double,
    -- Why there is no score: a declared code such as not_enough_heard; null where nothing applies.
    reason_code varchar,
    -- The code's values by name: shares 0..1; null without a code.
    reason_values json,
    -- Why there is no score, in one English sentence; null without a code.
    why varchar
);
