-- One row per rule that could mostly not tell: a problem of recordings, not of people.
select
    rule_id,
    max_by(rule_title.title, rule_version) as subject,
    count(*) as count,
    count(*) filter (where final_finding.outcome = 'cannot_tell') / count(*) as value
from core.final_finding
inner join reported using (call_date, call_id)
inner join rule_title using (rule_id, rule_version)
where reported.is_now and final_finding.outcome in ('pass', 'fail', 'cannot_tell')
group by rule_id
having
    count(*) >= mart.minimum_count()
    and mart.share_low(count(*) filter (where final_finding.outcome = 'cannot_tell'), count(*))
    > 0.5
order by value desc
