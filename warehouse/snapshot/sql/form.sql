-- One row per language and form of a token: each distinct one is stemmed only once, since there are
-- far fewer than spoken words. `stem_of` is replaced by the stemmers of the language packs; RE2
-- takes `\w` for ASCII only.
create or replace temp table form as
with distinct_token as (
    select distinct
        language,
        token
    from token
),

word as (
    select
        language,
        token,
        unnest(regexp_extract_all(lower(token), '[\p{L}\p{N}_]+')) as word
    from distinct_token
)

select
    language,
    token,
    stem_of(word, language) as stem,
    dense_rank() over (order by stem) as stem_no
from word
