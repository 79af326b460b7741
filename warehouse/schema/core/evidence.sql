-- One row per passage or searched window of a call that a finding cites as evidence.
create table core.evidence (
    -- Day on which the call started, in the site's time zone.
    call_date date not null,
    -- The call.
    call_id varchar not null,
    -- The rule of the finding.
    rule_id varchar not null,
    -- Place among the finding's evidence, from 0.
    position integer not null,
    -- Who speaks there: agent, customer, system (played to both) or unknown.
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
