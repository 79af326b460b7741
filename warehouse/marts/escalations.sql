-- One row per call and rule with the tag `escalation` that was heard in it, such as a request for a
-- supervisor, a complaint, a threat to leave or a legal threat.
with heard as (
    select
        finding.call_date,
        finding.call_id,
        finding.rule_id,
        finding.rule_version,
        finding.confidence,
        finding.why,
        rule.title,
        min(evidence.start_s) as start_s,
        min_by(evidence.quote, evidence.start_s) as quote
    from core.final_finding as finding
    inner join core.rule using (rule_id, rule_version)
    inner join core.evidence using (call_date, call_id, rule_id)
    where finding.outcome in ('observed', 'pass') and list_contains(rule.tags, 'escalation')
    group by all
)

select
    -- Day on which the call started, in the site's time zone.
    heard.call_date,
    -- The call.
    heard.call_id,
    -- The rule that detected it.
    heard.rule_id,
    -- Title of the rule.
    heard.title,
    -- Id of the agent in the contact centre.
    call.agent_id,
    -- Name of the agent.
    call.agent_name,
    -- The agent's team on that day.
    call.team,
    -- The supervisor who receives this call's flags.
    call.supervisor_id,
    -- Queue that the call came through.
    call.queue,
    -- First occurrence, from the start of the recording.
    heard.start_s,
    -- Remaining length of the call from there.
    call.duration_s - heard.start_s as remaining_s,
    -- The redacted words.
    heard.quote,
    -- Reason as an English sentence.
    heard.why,
    -- Confidence, 0..1.
    heard.confidence,
    -- Mean of the call's scores, 0..100; null without one.
    scored_call.score
from heard
inner join core.call using (call_date, call_id)
inner join core.scored_call using (call_date, call_id)
