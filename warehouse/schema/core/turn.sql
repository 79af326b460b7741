-- One row per turn of a call: one speaker's consecutive speech, redacted.
create table core.turn (
    -- Day on which the call started, in the site's time zone.
    call_date date not null,
    -- The call.
    call_id varchar not null,
    -- Place in the call, from 0.
    turn integer not null,
    -- agent, customer, system (played to both) or unknown.
    role varchar not null,
    -- Confidence in the role, 0..1; 1 if it is from a channel map.
    role_confidence double not null,
    -- Audio channel; 0 is left.
    channel integer not null,
    -- Start of the first word, from the start of the recording.
    start_s double not null,
    -- End of the last word, from the start of the recording.
    end_s double not null,
    -- Words in the turn, a redacted span counting as one.
    word_count integer not null,
    -- Mean of the words' recognition confidences, 0..1.
    confidence double not null,
    -- The redacted words.
    text varchar not null
);
