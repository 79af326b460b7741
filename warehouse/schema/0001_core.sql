create schema if not exists meta;
create schema core;
create schema mart;

-- One row per run that ended.
create table meta.run (
    -- Id of the run.
    run_id varchar not null,
    -- Where the recordings came from.
    source varchar not null,
    -- Start of the run.
    started_at timestamptz not null,
    -- End of the run.
    finished_at timestamptz not null,
    -- Items seen: evaluated, unchanged, quarantined and pending together.
    seen_count integer not null,
    -- Calls that this run evaluated.
    evaluated_count integer not null,
    -- Calls whose result was already there.
    unchanged_count integer not null,
    -- Items set aside until a person acts.
    quarantined_count integer not null,
    -- Calls left for the next run.
    pending_count integer not null,
    -- Speech model: name and first digits of its hash.
    model_pin varchar not null,
    -- Hash of the rules and scorecards.
    rules_sha256 varchar not null,
    -- First commit whose results this run tells of; includes those of killed runs before it.
    first_commit_no bigint not null,
    -- Last commit whose results this run tells of; below the first if nothing was committed.
    last_commit_no bigint not null
);

-- One row per result that was ever stored: a call and the commit that stored it.
create table meta.lineage (
    -- Day on which the call started, in the site's time zone.
    call_date date not null,
    -- The call.
    call_id varchar not null,
    -- Number of the commit; the highest of a call is its current result.
    commit_no bigint not null,
    -- Whether this is the call's current result.
    is_current boolean not null,
    -- The run that evaluated the call.
    run_id varchar not null,
    -- Hash of the recording.
    audio_sha256 varchar not null,
    -- Hash of the metadata.
    metadata_sha256 varchar not null,
    -- Speech model: name and first digits of its hash.
    model_pin varchar not null,
    -- Hash of the rules and scorecards.
    rules_sha256 varchar not null,
    -- Raised on purpose when equal inputs should give other results.
    results_version integer not null
);

-- One row: what this snapshot was built from.
create table meta.snapshot (
    -- The last run that it tells of; null in an empty lake.
    run_id varchar,
    -- When it was built.
    built_at timestamptz not null,
    -- Hash of the lake's state.
    lake_sha256 varchar not null,
    -- Hash of the checkout's SQL files.
    sql_sha256 varchar not null,
    -- The site's time zone, in which calls are put to days.
    time_zone varchar not null
);

-- One row per version of a rule.
create table core.rule (
    -- The rule.
    rule_id varchar not null,
    -- Its version.
    rule_version integer not null,
    -- Folder of the rule: script, pii or conduct.
    kind varchar not null,
    -- What it asks, in a few words.
    title varchar not null,
    -- Why it matters.
    why varchar not null,
    -- minor, major or critical.
    severity varchar not null,
    -- draft, active or retired.
    status varchar not null,
    -- First day on which it judges.
    effective_from date not null,
    -- Last day on which it judges; null if open.
    effective_until date
);

-- One row per version of a scorecard.
create table core.scorecard (
    -- The scorecard.
    scorecard_id varchar not null,
    -- Its version.
    scorecard_version integer not null,
    -- Its name for people.
    title varchar not null,
    -- First day on which it judges.
    effective_from date not null,
    -- Last day on which it judges; null if open.
    effective_until date
);

-- One row per question of a version of a scorecard.
create table core.question (
    -- The scorecard.
    scorecard_id varchar not null,
    -- Its version.
    scorecard_version integer not null,
    -- Place in the scorecard, from 0.
    position integer not null,
    -- Id of the section.
    section varchar not null,
    -- Id of the question, unique in the scorecard.
    question varchar not null,
    -- The question as people read it.
    title varchar not null,
    -- Weight in the score.
    weight double not null,
    -- Whether a no sets the whole score to 0.
    auto_fail boolean not null,
    -- Whether it counts in the critical score.
    critical boolean not null
);

-- One row per call that was evaluated: its metadata, its recording and what was heard, as of its
-- current result.
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
    -- The agent as the contact centre names them.
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
    -- Language in which it was recognised, ISO 639-1.
    language varchar not null,
    -- How sure the language is, 0..1; 1 when the metadata fixed it.
    language_confidence double not null,
    -- The contact, which may span several calls; null if unknown.
    contact_id varchar,
    -- The contact centre's reference of the customer; null if unknown.
    customer_ref varchar,
    -- Where the recording was.
    recording_path varchar not null,
    -- Hash of the recording.
    audio_sha256 varchar not null,
    -- Length of the recording.
    duration_s double not null,
    -- Audio channels of the recording: 1 mono, 2 stereo.
    channel_count integer not null,
    -- Samples a second of the recording.
    sample_rate_hz integer not null,
    -- What recognition put right or could not tell, in plain words.
    notes varchar[] not null,
    -- Speech model: name and first digits of its hash.
    model_pin varchar not null,
    -- Hash of the rules and scorecards that judged it.
    rules_sha256 varchar not null,
    -- Raised on purpose when equal inputs should give other results.
    results_version integer not null
);

-- One row per turn of a call: one speaker's consecutive speech, redacted.
create table core.turn (
    -- Day on which the call started, in the site's time zone.
    call_date date not null,
    -- The call.
    call_id varchar not null,
    -- Place in the call, from 0.
    turn integer not null,
    -- agent, customer or unknown.
    role varchar not null,
    -- How sure the role is, 0..1; 1 when a channel map said so.
    role_confidence double not null,
    -- Audio channel it was heard on; 0 is left.
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

-- One row per stretch of personal data that was said and masked; never what was said.
create table core.pii_span (
    -- Day on which the call started, in the site's time zone.
    call_date date not null,
    -- The call.
    call_id varchar not null,
    -- Place among the call's spans, from 0.
    position integer not null,
    -- Kind of personal data, such as card_number.
    pii_type varchar not null,
    -- Who said it: agent, customer or unknown.
    role varchar not null,
    -- asked (agent asked for it), volunteered, repeated (agent read it back) or disclosed.
    act varchar not null,
    -- The turn in which it was said.
    turn integer not null,
    -- Start of its first word.
    start_s double not null,
    -- End of its last word.
    end_s double not null,
    -- Whether its checksum was valid; null where there is none or the number was not whole.
    checksum_valid boolean,
    -- How sure it is that this is personal data of this kind, 0..1.
    confidence double not null,
    -- False where it is masked only out of greed and accuses nobody.
    reported boolean not null,
    -- What raised it: shape, validator, context; never the value.
    why varchar not null
);

-- One row per conversation metric of a call and role.
create table core.metric (
    -- Day on which the call started, in the site's time zone.
    call_date date not null,
    -- The call.
    call_id varchar not null,
    -- Name of the metric, with its unit, such as talk_s.
    metric varchar not null,
    -- Whose it is; null for the whole call.
    role varchar,
    -- In the unit of the name.
    value double not null
);

-- One row per rule that was in force for a call.
create table core.finding (
    -- Day on which the call started, in the site's time zone.
    call_date date not null,
    -- The call.
    call_id varchar not null,
    -- The rule.
    rule_id varchar not null,
    -- Its version.
    rule_version integer not null,
    -- pass, fail, not_applicable or cannot_tell; the last two never count against an agent.
    outcome varchar not null,
    -- minor, major or critical.
    severity varchar not null,
    -- Whether it asks for a human ear.
    flagged boolean not null,
    -- How sure the outcome is, 0..1.
    confidence double not null,
    -- Why the rule says so, in one sentence.
    why varchar not null
);

-- One row per place in a call that a finding rests on.
create table core.evidence (
    -- Day on which the call started, in the site's time zone.
    call_date date not null,
    -- The call.
    call_id varchar not null,
    -- The rule of the finding.
    rule_id varchar not null,
    -- Place among the finding's evidence, from 0.
    position integer not null,
    -- Who speaks there: agent, customer or unknown.
    role varchar not null,
    -- The turn; null for an absence.
    turn integer,
    -- Start; for an absence, of the window that was searched.
    start_s double not null,
    -- End; for an absence, of the window that was searched.
    end_s double not null,
    -- The redacted words; empty for an absence.
    quote varchar not null
);

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
    -- 0..100; null if no question could be answered.
    score double,
    -- 0..100 over the critical questions alone; null if none could be answered.
    critical_score double,
    -- Whether a question that fails the whole call was answered no.
    auto_fail boolean not null,
    -- Band that the score falls in; null without a score.
    band varchar
);

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
    -- yes, no, na or unknown; the last two leave the score alone.
    answer varchar not null,
    -- Weight in the score.
    weight double not null,
    -- Share of the weight that was earned, 0..1; null for na and unknown.
    points_ratio double,
    -- The rules that answered it.
    rule_ids varchar[] not null,
    -- Why, in one sentence.
    why varchar not null
);

-- One row per item of a source that is set aside now, until a person acts.
create table core.quarantine (
    -- Where the item is.
    source varchar not null,
    -- Name of the file or entry in its source.
    item varchar not null,
    -- The call, if the metadata could be read that far.
    call_id varchar,
    -- Kind of fault, such as corrupt_audio.
    reason varchar not null,
    -- What is wrong and what to do, in one sentence.
    detail varchar not null,
    -- The run that saw it last.
    run_id varchar not null
);

-- One row per judgement that a person made of a finding or an answer; the machine's stays.
create table core.review (
    -- Id of the judgement.
    review_id varchar not null,
    -- The call.
    call_id varchar not null,
    -- The rule that was judged; null if it was a question.
    rule_id varchar,
    -- The scorecard of the question; null if a rule was judged.
    scorecard_id varchar,
    -- The question that was judged; null if it was a rule.
    question varchar,
    -- Why this one was heard: flag, sample, dispute or calibration.
    occasion varchar not null,
    -- What the machine had said: an outcome or an answer.
    machine_value varchar not null,
    -- What the person says: an outcome or an answer.
    human_value varchar not null,
    -- Who judged.
    reviewer_id varchar not null,
    -- When.
    reviewed_at timestamptz not null,
    -- Why, in the reviewer's words.
    reason varchar not null
);

-- One row per dispute that an agent raised over a finding or an answer.
create table core.dispute (
    -- Id of the dispute.
    dispute_id varchar not null,
    -- The call.
    call_id varchar not null,
    -- The rule in dispute; null if it is a question.
    rule_id varchar,
    -- The scorecard of the question; null if a rule is in dispute.
    scorecard_id varchar,
    -- The question in dispute; null if it is a rule.
    question varchar,
    -- The agent who disputes.
    agent_id varchar not null,
    -- When it was raised.
    raised_at timestamptz not null,
    -- Why, in the agent's words.
    reason varchar not null,
    -- open, upheld (the agent was right) or rejected.
    status varchar not null,
    -- Who decided; null while open.
    resolved_by varchar,
    -- When it was decided; null while open.
    resolved_at timestamptz,
    -- Why it was decided so; null while open.
    resolution varchar
);

-- One row per one-to-one session of a supervisor with an agent.
create table core.coaching_session (
    -- Id of the session.
    session_id varchar not null,
    -- The agent.
    agent_id varchar not null,
    -- The supervisor.
    supervisor_id varchar not null,
    -- When it was held.
    held_at timestamptz not null,
    -- When the agent signed; null if not yet.
    agent_signed_at timestamptz,
    -- When the supervisor signed; null if not yet.
    supervisor_signed_at timestamptz
);

-- One row per commitment that either side made in a coaching session.
create table core.commitment (
    -- Id of the commitment.
    commitment_id varchar not null,
    -- The session.
    session_id varchar not null,
    -- Who committed: agent or supervisor.
    made_by varchar not null,
    -- What was promised.
    promise varchar not null,
    -- The rule it is about; null if none.
    rule_id varchar,
    -- The day by which it is due; null if open.
    due_on date,
    -- open, kept or broken.
    status varchar not null,
    -- When it was settled; null while open.
    settled_at timestamptz
);
