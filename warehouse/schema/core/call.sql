-- One row per call that was evaluated: its metadata, its recording and the outcome of recognition,
-- as of its current result.
create table core.call (
    -- Day on which the call started, in the site's time zone.
    call_date date not null,
    -- The source's own id of the call.
    call_id varchar not null,
    -- Number of the commit that stored the current result.
    commit_no bigint not null,
    -- The run that evaluated it.
    run_id varchar not null,
    -- Start of the call.
    started_at timestamptz not null,
    -- Id of the agent in the contact centre.
    agent_id varchar not null,
    -- Name of the agent.
    agent_name varchar not null,
    -- The agent's team on that day.
    team varchar not null,
    -- The supervisor who receives this call's flags.
    supervisor_id varchar not null,
    -- Name of the supervisor.
    supervisor_name varchar not null,
    -- Queue that the call came through.
    queue varchar not null,
    -- inbound or outbound, seen from the contact centre.
    direction varchar not null,
    -- Language of most of the speech, ISO 639-1.
    language varchar not null,
    -- Confidence in the language, 0..1; 1 if it is from the metadata.
    language_confidence double not null,
    -- Further languages of the call, ISO 639-1, in alphabetical order.
    other_languages varchar[] not null,
    -- The contact, which may span several calls; null if unknown.
    contact_id varchar,
    -- The contact centre's reference of the customer, or a keyed hash of their telephone number,
    -- address or name; null if unknown.
    customer_ref varchar,
    -- Where the recording was, with types of personal data and a keyed hash in the place of names
    -- and numbers of people; of two files, one per side, the second one's name follows ` + `.
    recording_path varchar not null,
    -- Hash of the recording.
    audio_sha256 varchar not null,
    -- Length of the recording.
    duration_s double not null,
    -- Audio channels of the recording: 1 mono, 2 stereo.
    channel_count integer not null,
    -- Sample rate of the recording.
    sample_rate_hz integer not null,
    -- Corrections of recognition, and what it could not determine, in English.
    notes varchar[] not null,
    -- Code of each note.
    note_codes varchar[] not null,
    -- Values of each note by name.
    note_values json[] not null,
    -- Keyed digits: channel, time stamps and number of digits; the digits are not stored.
    keyed_digits struct(
        channel integer, start_s double, end_s double, digit_count integer
    )[] not null,
    -- Turns that were recognised a second time, since a flag rests on them, with the redacted words
    -- of that recognition; empty text where nothing was recognised any more.
    alternatives struct(turn integer, text varchar)[] not null,
    -- Speech model: name and first digits of its hash.
    model_pin varchar not null,
    -- Hash of the rules and scorecards that judged it.
    rules_sha256 varchar not null,
    -- Version of the evaluation, incremented when equal inputs should give different results.
    results_version integer not null,
    -- Whether the call is restricted: true in files of people who may see such calls, else false.
    restricted boolean not null,
    -- Time that the agent worked on the call after it ended; null if the metadata do not say.
    after_call_work_s double,
    -- Code by which the agent closed the call; null if the metadata do not say.
    disposition varchar,
    -- Custom fields of the metadata: texts by name; `fields['campaign']` is null in a call without
    -- that field.
    fields map (varchar, varchar) not null,
    -- Day on which the retention policy removed its words: texts of turns and quotes are empty;
    -- null if they are there.
    transcript_removed_on date,
    -- Day on which the retention policy removed its redacted copy; null if it did not.
    audio_removed_on date,
    -- Numbers that were still audible in its redacted copy and were muted then; null if the copy
    -- was not proven: not transcribed again, or in a version that did not keep it.
    remuted_count integer
);
