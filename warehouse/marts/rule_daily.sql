-- One row per version of a rule per day on which it was in force for a call.
with findings as (
    select
        rule_id,
        rule_version,
        call_date,
        count(*) as call_count,
        count(*) filter (where outcome = 'pass') as pass_count,
        count(*) filter (where outcome = 'fail') as fail_count,
        count(*) filter (where outcome in ('pass', 'fail')) as judged_count,
        count(*) filter (where outcome = 'not_applicable') as not_applicable_count,
        count(*) filter (where outcome = 'cannot_tell') as cannot_tell_count,
        count(*) filter (where outcome = 'observed') as observed_count,
        count(*) filter (where flagged) as flag_count
    from core.final_finding
    group by rule_id, rule_version, call_date
)

select
    -- The rule.
    findings.rule_id,
    -- Its version.
    findings.rule_version,
    -- Day on which the calls started, in the site's time zone.
    findings.call_date,
    -- Its title.
    rule.title,
    -- Folder of the rule: script, pii or conduct.
    rule.kind,
    -- minor, major or critical.
    rule.severity,
    -- Calls for which it was in force.
    findings.call_count,
    -- Calls that passed.
    findings.pass_count,
    -- Calls that failed.
    findings.fail_count,
    -- Calls that passed or failed.
    findings.judged_count,
    -- Calls to which it did not apply.
    findings.not_applicable_count,
    -- Calls with the outcome cannot_tell.
    findings.cannot_tell_count,
    -- Calls in which a rule that observes found its words, which is neither a pass nor a fail.
    findings.observed_count,
    -- Calls that it flagged, less those that a reviewer has dismissed.
    findings.flag_count,
    -- Share of fails among passes and fails, 0..1; null without either.
    findings.fail_count / nullif(findings.judged_count, 0) as fail_ratio,
    -- Lower end of the share's 95 % interval.
    mart.share_low(findings.fail_count, findings.judged_count) as fail_ratio_low,
    -- Upper end of the share's 95 % interval.
    mart.share_high(findings.fail_count, findings.judged_count) as fail_ratio_high
from findings
left join core.rule using (rule_id, rule_version)
