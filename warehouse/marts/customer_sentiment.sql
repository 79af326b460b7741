-- One row per call and quarter of its length: whether the customer says that they are content, from
-- their words alone, with the phrases that say so. Of lines that had not been seen, the phrases
-- found 17 of 30 of dissatisfaction, 23 of 30 of praise, and 1 of 165 others. So compare shares
-- over many calls, and take silence for no contentment.
with quarter as (
    select
        call.call_date,
        call.call_id,
        call.started_at,
        call.agent_id,
        call.agent_name,
        call.team,
        call.supervisor_id,
        call.queue,
        call.language,
        call.restricted,
        each_quarter.quarter,
        call.language in (select sentiment_phrase.language from core.sentiment_phrase) as is_known
    from core.call
    cross join unnest([1, 2, 3, 4]) as each_quarter (quarter)
),

spoken as (
    select
        turn.call_date,
        turn.call_id,
        mart.call_quarter(turn.start_s, call.duration_s) as quarter,
        sum(turn.word_count)::integer as word_count
    from core.turn
    inner join core.call using (call_date, call_id)
    where turn.role = 'customer'
    group by all
),

said as (
    select
        expression.call_date,
        expression.call_id,
        mart.call_quarter(expression.at_s, call.duration_s) as quarter,
        count(*) filter (where expression.is_positive) as positive_count,
        count(*) filter (where not expression.is_positive) as negative_count,
        list(expression.phrase order by expression.at_s) filter (where expression.is_positive)
            as positive_phrases,
        list(expression.phrase order by expression.at_s) filter (where not expression.is_positive)
            as negative_phrases
    from core.customer_expression as expression
    inner join core.call using (call_date, call_id)
    group by all
),

told as (
    select
        quarter.*,
        coalesce(spoken.word_count, 0) as word_count,
        coalesce(said.positive_count, 0) as positive_count,
        coalesce(said.negative_count, 0) as negative_count,
        coalesce(said.positive_phrases, []) as positive_phrases,
        coalesce(said.negative_phrases, []) as negative_phrases,
        -- A few words may say it, but too few do not say that it is not so.
        case
            when said.call_id is not null
                then sign(said.positive_count - said.negative_count)::integer
            when quarter.is_known and spoken.word_count >= mart.sentiment_word_count() then 0
        end as direction
    from quarter
    left join spoken using (call_date, call_id, quarter)
    left join said using (call_date, call_id, quarter)
)

select
    -- Day on which the call started, in the site's time zone.
    call_date,
    -- The call.
    call_id,
    -- Quarter of the recording, from 1 to 4.
    quarter,
    -- Start of the call.
    started_at,
    -- Id of the agent in the contact centre.
    agent_id,
    -- Name of the agent.
    agent_name,
    -- The agent's team on that day.
    team,
    -- The supervisor who receives this call's flags.
    supervisor_id,
    -- Queue that the call came through.
    queue,
    -- Language of the call, ISO 639-1.
    language,
    -- Whether the call is restricted: true in files of people who may see such calls, else false.
    restricted,
    -- The customer's words in turns that begin in this quarter.
    word_count,
    -- Phrases that say that the customer is content.
    positive_count,
    -- Phrases that say that the customer is not.
    negative_count,
    -- The former, in order.
    positive_phrases,
    -- The latter, in order; of "not happy" it is the phrase without its negation.
    negative_phrases,
    -- positive, negative, mixed (as many of both) or neutral (none heard); null if unknown: none
    -- heard in too few words, or a language without phrases.
    case
        when direction = 1 then 'positive'
        when direction = -1 then 'negative'
        when positive_count > 0 then 'mixed'
        when direction = 0 then 'neutral'
    end as sentiment,
    -- Trend of the whole call, equal in its rows: better, worse or same, from its first to its last
    -- quarter that is not unknown; null with fewer than two of these.
    case
        when count(direction) over whole_call >= 2
            then case sign(
                max_by(direction, quarter) over whole_call
                - min_by(direction, quarter) over whole_call
            )
                when 1 then 'better'
                when -1 then 'worse'
                else 'same'
            end
    end as trend
from told
window whole_call as (partition by call_date, call_id)
