-- One row per masked span of personal data, without its value.
create table core.pii_span (
    -- Day on which the call started, in the site's time zone.
    call_date date not null,
    -- The call.
    call_id varchar not null,
    -- Place among the call's spans, from 0.
    position integer not null,
    -- Kind of personal data, such as card_number.
    pii_type varchar not null,
    -- Version of that type; null in results from before types had versions.
    pii_type_version integer,
    -- Who said it: agent, customer, system (played to both) or unknown.
    role varchar not null,
    -- asked (agent asked for it), volunteered, repeated (agent read it back) or disclosed.
    act varchar not null,
    -- The turn in which it was said.
    turn integer not null,
    -- Start of its first word.
    start_s double not null,
    -- End of its last word.
    end_s double not null,
    -- Whether its checksum was valid; null where there is none or the number was incomplete.
    checksum_valid boolean,
    -- Confidence that this is personal data of this kind, 0..1.
    confidence double not null,
    -- False if it is masked only as a precaution and not reported.
    reported boolean not null,
    -- What the detection is based on: shape, validator, context; never the value.
    why varchar not null
);
