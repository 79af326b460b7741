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
