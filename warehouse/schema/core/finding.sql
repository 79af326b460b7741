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
    -- pass, fail, not_applicable, cannot_tell or observed; only the first two count for or against
    -- an agent.
    outcome varchar not null,
    -- minor, major or critical: that of the rule, or one step below if a fail has weak grounds.
    severity varchar not null,
    -- The severity of the rule: minor, major or critical.
    rule_severity varchar not null,
    -- Whether it flags the call for review.
    flagged boolean not null,
    -- Confidence in the outcome, 0..1.
    confidence double not null,
    -- Reason: one of the declared codes, to group by; as_written where only the sentence is known.
    reason_code varchar not null,
    -- The code's values by name: positions in seconds, shares 0..1; each fact has a code and
    -- values.
    reason_values json not null,
    -- Reason as an English sentence.
    why varchar not null
);
