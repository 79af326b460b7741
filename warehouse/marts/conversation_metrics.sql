-- One row per call that has metrics: who talked how long, how fast, over whom.
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
    -- The agent as the contact centre names them.
    call.agent_id,
    -- The agent's team on that day.
    call.team,
    -- Queue that the call came through.
    call.queue,
    -- Language in which it was recognised, ISO 639-1.
    call.language,
    -- Length of the recording.
    call.duration_s,
    -- The agent's talk.
    metrics.agent_talk_s,
    -- The customer's talk.
    metrics.customer_talk_s,
    -- Time in which nobody talks.
    metrics.non_talk_s,
    -- Longest stretch in which nobody talks.
    metrics.longest_non_talk_s,
    -- Time in which both talk.
    metrics.overtalk_s,
    -- Time on hold.
    metrics.hold_s,
    -- The agent's share of all talk, 0..1.
    metrics.agent_talk_ratio,
    -- How fast the agent talks.
    metrics.agent_words_per_minute,
    -- How often the agent interrupts.
    metrics.agent_interruption_count::integer as agent_interruption_count,
    -- How often the customer interrupts.
    metrics.customer_interruption_count::integer as customer_interruption_count,
    -- The agent's longest stretch without a word of the customer.
    metrics.agent_longest_monologue_s,
    -- How long the agent typically takes to answer.
    metrics.agent_response_latency_s,
    -- Questions that the agent asks.
    metrics.agent_question_count::integer as agent_question_count
from metrics
inner join core.call using (call_date, call_id)
