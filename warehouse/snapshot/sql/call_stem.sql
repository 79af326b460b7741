-- One row per call and stem, ordered by stem, so that a search reads few row groups.
insert into core.call_stem by name
with heard as (
    select
        token.call_no,
        form.stem_no,
        list(token.turn) as turns
    from token
    inner join form using (language, token)
    group by token.call_no, form.stem_no
),

stem as (
    select distinct
        stem_no,
        stem
    from form
)

select
    spoken.call_date,
    spoken.call_id,
    spoken.language,
    stem.stem,
    list_sort(heard.turns) as turns
from heard
inner join spoken using (call_no)
inner join stem using (stem_no)
order by heard.stem_no, heard.call_no
