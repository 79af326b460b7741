alter table core.call add column restricted boolean default false;
comment on column core.call.restricted is
'Whether only named people may see it; it is in no shared snapshot unless that is asked for.';

-- One row per rate from a day on: what an hour of an agent and a call cost in one queue, or in all
-- queues without a rate of their own. Empty until rates are recorded with `callqa record rates`.
create table core.rate (
    -- First day on which it holds.
    valid_from date not null,
    -- The queue; null for every queue without a rate of its own.
    queue varchar,
    -- Cost of an hour of an agent on calls.
    hour_cost double not null,
    -- Cost of a call beside the agent's time, such as telephony.
    call_cost double not null,
    -- Currency of both, ISO 4217.
    currency varchar not null
);

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
