-- One row per agent, team, supervisor and question per day on which it was answered yes or no, by
-- the final answers: what comparisons over weeks add up, without reading every answer again.
select
    -- Day on which the calls started, in the site's time zone.
    answer.call_date,
    -- Id of the agent in the contact centre.
    call.agent_id,
    -- The agent's team on that day.
    call.team,
    -- The supervisor who receives these calls' flags.
    call.supervisor_id,
    -- The scorecard.
    answer.scorecard_id,
    -- The question.
    answer.question,
    -- Name of the agent, of the last of these calls.
    max_by(call.agent_name, call.started_at) as agent_name,
    -- The rules that answered it in the last of these calls.
    max_by(answer.rule_ids, call.started_at) as rule_ids,
    -- Start of the last of these calls.
    max(call.started_at) as last_started_at,
    -- Calls answered yes.
    count(*) filter (where answer.answer = 'yes') as yes_count,
    -- Calls answered yes or no.
    count(*) as answered_count
from core.final_answer as answer
inner join core.call using (call_date, call_id)
where answer.answer in ('yes', 'no')
group by all
