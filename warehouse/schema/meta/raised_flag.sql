-- One row per flag and result that raised it, also of results that were superseded: a flag is
-- listed once for each supervisor, however often its call is judged again.
create table meta.raised_flag (
    -- Day on which the call started, in the site's time zone.
    call_date date not null,
    -- The call.
    call_id varchar not null,
    -- The rule.
    rule_id varchar not null,
    -- The supervisor who received the flags of the call then.
    supervisor_id varchar not null,
    -- Number of the commit that stored the result.
    commit_no bigint not null
);
