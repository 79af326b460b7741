-- One row per day, queue, kind of personal data, speaker and act of which a span was masked.
with spans as (
    select
        pii_span.call_date,
        call.queue,
        pii_span.pii_type,
        pii_span.role,
        pii_span.act,
        count(*) as span_count,
        count(*) filter (where pii_span.reported) as reported_count,
        count(distinct pii_span.call_id) as call_count,
        count(distinct call.agent_id) as agent_count
    from core.pii_span
    inner join core.call using (call_date, call_id)
    group by pii_span.call_date, call.queue, pii_span.pii_type, pii_span.role, pii_span.act
)

select
    -- Day on which the calls started, in the site's time zone.
    call_date,
    -- Queue that the calls came through.
    queue,
    -- Kind of personal data, such as card_number.
    pii_type,
    -- Who said it: agent, customer, system (played to both) or unknown.
    role,
    -- asked, volunteered, repeated or disclosed.
    act,
    -- Masked spans.
    span_count,
    -- Of these, spans that are reported, not masked only as a precaution.
    reported_count,
    -- Calls with such a span.
    call_count,
    -- Agents of those calls.
    agent_count
from spans
