-- One row per version of a rule per week since it took effect in which it judged a call: how agents
-- adopted the change, compared with the four weeks before under the previous version.
with weeks as (
    select
        finding.rule_id,
        finding.rule_version,
        rule.title,
        rule.effective_from,
        floor((finding.call_date - rule.effective_from) / 7)::integer as week_no,
        count(*) filter (where finding.outcome = 'pass') as pass_count,
        count(*) as judged_count
    from core.final_finding as finding
    inner join core.rule using (rule_id, rule_version)
    where finding.outcome in ('pass', 'fail')
    group by all
),

earlier as (
    select
        rule.rule_id,
        rule.rule_version,
        count(*) filter (where finding.outcome = 'pass') as pass_count,
        count(*) as judged_count
    from core.rule
    inner join core.final_finding as finding using (rule_id)
    where
        finding.outcome in ('pass', 'fail')
        and finding.rule_version < rule.rule_version
        and finding.call_date between rule.effective_from - 28 and rule.effective_from - 1
    group by rule.rule_id, rule.rule_version
)

select
    -- The rule.
    weeks.rule_id,
    -- Its version.
    weeks.rule_version,
    -- Its title.
    weeks.title,
    -- First day of the version.
    weeks.effective_from,
    -- Week since then, from 0.
    weeks.week_no,
    -- Calls that passed.
    weeks.pass_count,
    -- Calls that passed or failed.
    weeks.judged_count,
    -- Share of passes, 0..1.
    weeks.pass_count / weeks.judged_count as pass_ratio,
    -- Lower end of the share's 95 % interval.
    mart.share_low(weeks.pass_count, weeks.judged_count) as pass_ratio_low,
    -- Upper end of the share's 95 % interval.
    mart.share_high(weeks.pass_count, weeks.judged_count) as pass_ratio_high,
    -- Share of passes in the four weeks before; null for a first version.
    earlier.pass_count / earlier.judged_count as earlier_pass_ratio,
    -- Lower end of the 95 % interval of the rise since then.
    mart.share_change_low(
        weeks.pass_count, weeks.judged_count, earlier.pass_count, earlier.judged_count
    ) as pass_ratio_change_low,
    -- Upper end of the 95 % interval of the rise since then.
    mart.share_change_high(
        weeks.pass_count, weeks.judged_count, earlier.pass_count, earlier.judged_count
    ) as pass_ratio_change_high
from weeks
left join earlier using (rule_id, rule_version)
