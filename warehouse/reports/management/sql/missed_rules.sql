-- One row per rule whose share of failures is significantly above the target.
-- Failures, since the subject is their title.
with counts as (
    select
        rule_id,
        max_by(rule_title.title_failed, rule_version) as title_failed,
        max_by(finding.rule_severity, rule_version) as severity,
        count(*) filter (where finding.outcome = 'fail') as k,
        count(*) as n
    from core.final_finding as finding
    inner join reported using (call_date, call_id)
    inner join rule_title using (rule_id, rule_version)
    where reported.is_now and finding.outcome in ('pass', 'fail')
    group by rule_id
)

select
    rule_id,
    title_failed as subject,
    n as count,
    k / n as value,
    mart.share_low(k, n) as low,
    mart.share_high(k, n) as high,
    1 - $bound as other
from counts
where n >= mart.minimum_count() and mart.share_low(k, n) > 1 - $bound
order by mart.severity_weight(severity) * value desc
