-- One row per day that this snapshot has read from the lake: what it has read of it.
create table meta.partition (
    -- Day on which the calls started, in the site's time zone.
    call_date date not null,
    -- Hash of the day's manifest: a day with another hash is read again by the next snapshot.
    state_sha256 varchar not null
);
