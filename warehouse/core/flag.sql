-- One row per finding for which the machine flags a call for review, with the first position to
-- listen to. A flag that a reviewer has dismissed stays, marked as such.
with first_place as (
    select
        evidence.call_date,
        evidence.call_id,
        evidence.rule_id,
        min_by(evidence.start_s, evidence.position) as start_s,
        min_by(evidence.end_s, evidence.position) as end_s,
        min_by(evidence.role, evidence.position) as role,
        min_by(evidence.quote, evidence.position) as quote
    from core.evidence
    inner join core.finding using (call_date, call_id, rule_id)
    where finding.flagged
    group by evidence.call_date, evidence.call_id, evidence.rule_id
)

select
    -- Id of the flag: the same call and rule is the same flag, however often it is evaluated.
    finding.call_id || '/' || finding.rule_id as flag_id,
    -- Day on which the call started, in the site's time zone.
    finding.call_date,
    -- The call.
    finding.call_id,
    -- The rule.
    finding.rule_id,
    -- Its version.
    finding.rule_version,
    -- The machine's outcome: fail, cannot_tell or observed.
    finding.machine_outcome as outcome,
    -- Whether a reviewer has overruled it; such a flag counts nowhere.
    not finding.flagged as is_dismissed,
    -- minor, major or critical: that of the rule, or one step below if a fail has weak grounds.
    finding.severity,
    -- The severity of the rule: minor, major or critical.
    finding.rule_severity,
    -- Confidence in the outcome, 0..1.
    finding.confidence,
    -- Reason: one of the declared codes.
    finding.reason_code,
    -- The code's values by name.
    finding.reason_values,
    -- Reason as an English sentence.
    finding.why,
    -- Who speaks there; null without evidence.
    first_place.role,
    -- Start of the passage, from the start of the recording; null without evidence.
    first_place.start_s,
    -- End of the passage, from the start of the recording; null without evidence.
    first_place.end_s,
    -- The redacted words; empty for an absence, null without evidence.
    first_place.quote
from core.final_finding as finding
left join first_place using (call_date, call_id, rule_id)
where finding.machine_flagged
