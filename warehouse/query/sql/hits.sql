-- One row per turn that contains every word, the most relevant first.
-- Every word must match, so inverse document frequency would not change the order: turns are ranked
-- by the share of their words that match. Calls that a filter excludes are dropped before lists of
-- turns are unnested. `searched` are the calls that the caller may see, and `stem_of` is replaced
-- by the stemmers of the language packs.
with theirs as (
    select
        call_date,
        call_id,
        language
    from searched
    where
        ($language is null or language = $language)
        and ($queue is null or queue = $queue)
        and ($agent_id is null or agent_id = $agent_id)
        and ($first_date is null or call_date >= $first_date)
        and ($last_date is null or call_date <= $last_date)
),

languages as (
    select distinct language
    from theirs
),

word as (
    select
        language,
        unnest(regexp_extract_all(lower($words), '[\p{L}\p{N}_]+')) as word
    from languages
),

stem as (
    select distinct
        language,
        stem_of(word, language) as stem
    from word
),

wanted as (
    select
        language,
        stem,
        1::bigint << (row_number() over (partition by language) - 1) as bit,
        count(*) over (partition by language) as wanted_count
    from stem
),

said as (
    select
        call_stem.call_date,
        call_stem.call_id,
        wanted.bit,
        wanted.wanted_count,
        unnest(call_stem.turns) as turn
    from core.call_stem
    inner join wanted using (language, stem)
    semi join theirs using (call_date, call_id)
),

whole as (
    select
        call_date,
        call_id,
        turn,
        count(*) as said_count
    from said
    group by call_date, call_id, turn
    having bit_count(bit_or(bit)) = any_value(wanted_count)
)

select
    turn.call_date,
    turn.call_id,
    turn.turn
from whole
inner join core.turn using (call_date, call_id, turn)
where $role is null or turn.role = $role
order by
    whole.said_count / (turn.word_count + $spare_words) desc,
    turn.call_date desc,
    turn.call_id asc,
    turn.turn asc
limit $at_most
