-- One row per call and contact reason: why the customer called, by the rules with the tag
-- `contact-reason`. A call may have several reasons, or none that a rule knows.
select
    -- Day on which the call started, in the site's time zone.
    finding.call_date,
    -- The call.
    finding.call_id,
    -- The rule that recognised it.
    finding.rule_id,
    -- The reason: the title of the rule.
    any_value(rule.title) as reason,
    -- Where the customer says it first, from the start of the recording.
    min(evidence.start_s) as first_s,
    -- Confidence, 0..1.
    any_value(finding.confidence) as confidence
from core.final_finding as finding
inner join core.rule using (rule_id, rule_version)
inner join core.evidence using (call_date, call_id, rule_id)
where finding.outcome in ('observed', 'pass') and list_contains(rule.tags, 'contact-reason')
group by finding.call_date, finding.call_id, finding.rule_id
