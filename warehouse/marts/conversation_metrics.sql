-- One row per call that has metrics: talk time, speaking rate, pauses, overtalk and interruptions.
with metrics as (
    select
        call_date,
        call_id,
        max(value) filter (where metric = 'talk_s' and role = 'agent') as agent_talk_s,
        max(value) filter (where metric = 'talk_s' and role = 'customer') as customer_talk_s,
        max(value) filter (where metric = 'non_talk_s' and role is null) as non_talk_s,
        max(value) filter (where metric = 'longest_non_talk_s' and role is null)
            as longest_non_talk_s,
        max(value) filter (where metric = 'overtalk_s' and role is null) as overtalk_s,
        max(value) filter (where metric = 'hold_s' and role is null) as hold_s,
        max(value) filter (where metric = 'talk_ratio' and role = 'agent') as agent_talk_ratio,
        max(value) filter (where metric = 'words_per_minute' and role = 'agent')
            as agent_words_per_minute,
        max(value) filter (where metric = 'interruption_count' and role = 'agent')
            as agent_interruption_count,
        max(value) filter (where metric = 'interruption_count' and role = 'customer')
            as customer_interruption_count,
        max(value) filter (where metric = 'longest_monologue_s' and role = 'agent')
            as agent_longest_monologue_s,
        max(value) filter (where metric = 'response_latency_s' and role = 'agent')
            as agent_response_latency_s,
        max(value) filter (where metric = 'question_count' and role = 'agent')
            as agent_question_count
    from core.metric
    group by call_date, call_id
)

select
    -- Day on which the call started, in the site's time zone.
    metrics.call_date,
    -- The call.
    metrics.call_id,
    -- Id of the agent in the contact centre.
    call.agent_id,
    -- The agent's team on that day.
    call.team,
    -- Queue that the call came through.
    call.queue,
    -- Language in which it was recognised, ISO 639-1.
    call.language,
    -- Length of the recording.
    call.duration_s,
    -- Talk time of the agent.
    metrics.agent_talk_s,
    -- Talk time of the customer.
    metrics.customer_talk_s,
    -- Time in which nobody talks.
    metrics.non_talk_s,
    -- Longest period in which nobody talks, between the first and the last word of a side.
    metrics.longest_non_talk_s,
    -- Time in which both talk.
    metrics.overtalk_s,
    -- Periods of 20 s or more in which nobody talks, between the first and the last word of a side.
    metrics.hold_s,
    -- The agent's share of the talk time, 0..1.
    metrics.agent_talk_ratio,
    -- Speaking rate of the agent.
    metrics.agent_words_per_minute,
    -- Interruptions by the agent.
    metrics.agent_interruption_count::integer as agent_interruption_count,
    -- Interruptions by the customer.
    metrics.customer_interruption_count::integer as customer_interruption_count,
    -- Longest monologue of the agent, without a word of the customer.
    metrics.agent_longest_monologue_s,
    -- Typical response latency of the agent.
    metrics.agent_response_latency_s,
    -- Questions that the agent asks.
    metrics.agent_question_count::integer as agent_question_count
from metrics
inner join core.call using (call_date, call_id)
