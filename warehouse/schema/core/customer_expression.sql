-- One row per phrase by which a customer says that they are content or not, from the words alone.
create table core.customer_expression (
    -- Day on which the call started, in the site's time zone.
    call_date date not null,
    -- The call.
    call_id varchar not null,
    -- The turn that contains it.
    turn integer not null,
    -- Where it is said, from the start of the recording: estimated from its place in the turn.
    at_s double not null,
    -- The phrase, as core.sentiment_phrase lists it.
    phrase varchar not null,
    -- Whether it says that the customer is content, as it is meant: "not happy" is not.
    is_positive boolean not null
);
