-- Redaction left no number as long as a card's in any text that people can read.
with texts as (
    select
        call_id || '/turn ' || turn as id,
        text
    from core.turn
    union all
    select
        call_id || '/' || rule_id as id,
        quote as text
    from core.evidence
    union all
    select
        call_id || '/' || rule_id as id,
        why as text
    from core.finding
)

select id
from texts
where regexp_matches(text, '\d([ .,-]?\d){12,}')
