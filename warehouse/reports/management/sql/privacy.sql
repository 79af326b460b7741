-- One row per type of personal data that was reported in a call of the period.
select
    pii_span.pii_type,
    count(distinct call_id) as call_count,
    count(distinct call_id) filter (where pii_span.reported) as reported_count,
    count(distinct call_id) filter (where pii_span.reported and pii_span.act = 'asked')
        as asked_count,
    count(distinct call_id) filter (
        where pii_span.reported and pii_span.role = 'agent' and pii_span.act != 'asked'
    )
        as spoken_count
from core.pii_span
inner join reported as call using (call_date, call_id)
where call.is_now
group by pii_span.pii_type
having reported_count > 0
order by reported_count desc, pii_span.pii_type asc
