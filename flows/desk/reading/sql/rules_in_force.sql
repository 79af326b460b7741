-- One row per rule whose last version is in force, with how often its flags proved right.
with last_rule as (
    select
        rule_id,
        max(rule_version) as rule_version
    from core.rule
    where
        status = 'active'
        and effective_from <= current_date
        and coalesce(effective_until, current_date) >= current_date
    group by rule_id
)

select
    rule.rule_id,
    rule.rule_version,
    rule.kind,
    rule.severity,
    rule.effective_from,
    coalesce(rule_text.title, rule.title) as title,
    accuracy.flag_reviewed_count,
    accuracy.flag_confirmed_count,
    accuracy.precision_ratio,
    accuracy.precision_ratio_low,
    accuracy.precision_ratio_high,
    accuracy.sample_reviewed_count,
    accuracy.miss_ratio
from core.rule
semi join last_rule using (rule_id, rule_version)
left join core.rule_text
    on
        rule.rule_id = rule_text.rule_id
        and rule.rule_version = rule_text.rule_version
        and rule_text.language = $language
left join mart.auto_qa_accuracy as accuracy on rule.rule_id = accuracy.rule_id
order by rule.rule_id
