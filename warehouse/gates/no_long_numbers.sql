-- No text that people can read contains a number as long as a card number.
with texts as (
    select
        call_id,
        'turn ' || turn as place,
        text
    from core.turn
    union all
    select
        call_id,
        'turn ' || again.turn || ', recognised again' as place,
        again.text
    from (
        select
            call_id,
            unnest(alternatives) as again
        from core.call
    ) as turns
    union all
    select
        call_id,
        rule_id as place,
        quote as text
    from core.evidence
    union all
    select
        call_id,
        rule_id as place,
        why as text
    from core.finding
    union all
    select
        call_id,
        question as place,
        why as text
    from core.answer
    union all
    select
        call_id,
        'metadata' as place,
        concat_ws(' / ', disposition, array_to_string(map_values(fields), ' / ')) as text
    from core.call
)

select call_id || '/' || place as id
from texts
where call_id in (select added.call_id from added) and regexp_matches(text, '\d([ .,-]?\d){12,}')
