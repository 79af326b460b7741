-- One row per answer to a survey question that belongs to a call: the call itself, or the last call
-- of the contact before the answer. Answers about calls that are not here have no row.
with parts as (
    select
        *,
        split_part(scale, '-', 1)::integer as lowest,
        split_part(scale, '-', 2)::integer as highest
    from core.survey
),

matched as (
    select
        parts.survey_id,
        call.call_date,
        call.call_id
    from parts
    inner join core.call on parts.call_id = call.call_id
    union all
    select
        parts.survey_id,
        max_by(call.call_date, (call.started_at, call.call_id)) as call_date,
        max_by(call.call_id, (call.started_at, call.call_id)) as call_id
    from parts
    inner join core.call
        on parts.contact_id = call.contact_id and parts.answered_at >= call.started_at
    group by parts.survey_id
)

select
    -- Id of the answer.
    parts.survey_id,
    -- Day on which the call started, in the site's time zone.
    matched.call_date,
    -- The call.
    matched.call_id,
    -- Id of the agent in the contact centre.
    call.agent_id,
    -- Name of the agent.
    call.agent_name,
    -- The agent's team on that day.
    call.team,
    -- Queue that the call came through.
    call.queue,
    -- The question.
    parts.question,
    -- Lowest and highest possible answer.
    parts.scale,
    -- The answer.
    parts.score,
    -- Whether it is a top answer: one of the two highest of a scale with at least five, or else the
    -- highest.
    parts.score >= parts.highest - if(parts.highest - parts.lowest >= 4, 1, 0) as is_top,
    -- When the customer answered.
    parts.answered_at
from parts
inner join matched using (survey_id)
inner join core.call on matched.call_date = call.call_date and matched.call_id = call.call_id
