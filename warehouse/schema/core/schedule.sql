-- One row per stretch of an agent's schedule. Empty until schedules are recorded with
-- `callqa record schedules`.
create table core.schedule (
    -- The agent as the contact centre names them.
    agent_id varchar not null,
    -- Day on which the stretch starts, in the site's time zone.
    schedule_date date not null,
    -- Start of the stretch.
    starts_at timestamptz not null,
    -- End of the stretch.
    ends_at timestamptz not null,
    -- work, or what else the time is for: break, training, meeting.
    activity varchar not null
);
