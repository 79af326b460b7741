-- One row per question that was answered yes or no in the 28 days up to the last call, with the
-- agent of the call.
select
    -- Day on which the call started, in the site's time zone.
    answer.call_date,
    -- The call.
    answer.call_id,
    -- Start of the call.
    call.started_at,
    -- Id of the agent in the contact centre.
    call.agent_id,
    -- Name of the agent.
    call.agent_name,
    -- The agent's team on that day.
    call.team,
    -- The supervisor who receives this call's flags.
    call.supervisor_id,
    -- The scorecard.
    answer.scorecard_id,
    -- The question.
    answer.question,
    -- yes or no.
    answer.answer,
    -- The rules that answered it.
    answer.rule_ids
from core.final_answer as answer
inner join core.call using (call_date, call_id)
cross join core.period
where answer.answer in ('yes', 'no') and answer.call_date > period.last_date - 28
