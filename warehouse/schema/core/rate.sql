-- One row per rate from a day on: what an hour of an agent and a call cost in one queue, or in all
-- queues without a rate of their own. Empty until rates are recorded with `callqa record rates`.
create table core.rate (
    -- First day on which it holds.
    valid_from date not null,
    -- The queue; null for every queue without a rate of its own.
    queue varchar,
    -- Cost of an hour of an agent on calls.
    hour_cost double not null,
    -- Cost of a call in addition to the agent's time, such as telephony.
    call_cost double not null,
    -- Currency of both, ISO 4217.
    currency varchar not null
);
