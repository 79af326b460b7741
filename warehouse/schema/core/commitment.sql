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
    -- Due date; null if none.
    due_on date,
    -- open, kept or broken.
    status varchar not null,
    -- When it was settled; null while open.
    settled_at timestamptz
);
