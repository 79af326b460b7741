-- One row per question of a scorecard that was in force for a call.
create table core.answer (
    -- Day on which the call started, in the site's time zone.
    call_date date not null,
    -- The call.
    call_id varchar not null,
    -- The scorecard.
    scorecard_id varchar not null,
    -- Place in the scorecard, from 0.
    position integer not null,
    -- Id of the section.
    section varchar not null,
    -- Id of the question.
    question varchar not null,
    -- yes, no, na or unknown; the last two do not affect the score.
    answer varchar not null,
    -- Weight in the score.
    weight double not null,
    -- Share of the weight that was earned, 0..1; null for na and unknown.
    points_ratio double,
    -- The rules that answered it.
    rule_ids varchar[] not null,
    -- Whether only fails of lowered severity say no; such an answer does not fail the whole call.
    is_weak boolean not null,
    -- Reason: one of the declared codes, to group by; as_written where only the sentence is known.
    reason_code varchar not null,
    -- The code's values by name: positions in seconds, shares 0..1; each fact has a code and
    -- values.
    reason_values json not null,
    -- Reason as an English sentence.
    why varchar not null
);
