-- One row per follow-up of an escalation or a flag: what somebody has to do about it.
create table core.follow_up (
    -- Id of the follow-up.
    follow_up_id varchar not null,
    -- The call.
    call_id varchar not null,
    -- The rule that flagged it or heard the escalation.
    rule_id varchar not null,
    -- Who has to do it.
    owner_id varchar not null,
    -- What is to be done.
    action varchar not null,
    -- Day on which it was opened.
    opened_on date not null,
    -- Due date; null if none.
    due_on date,
    -- Day on which it was closed; null while open.
    closed_on date
);
