-- One row per block of an agent's schedule. Empty until schedules are recorded with `callqa record
-- schedules`.
create table core.schedule (
    -- Id of the agent in the contact centre.
    agent_id varchar not null,
    -- Day on which the block starts, in the site's time zone.
    schedule_date date not null,
    -- Start of the block.
    starts_at timestamptz not null,
    -- End of the block.
    ends_at timestamptz not null,
    -- work, or another activity: break, training, meeting.
    activity varchar not null
);
