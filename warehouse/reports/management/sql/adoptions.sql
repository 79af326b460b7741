-- One row per week of a rule version that took effect in the last weeks.
select
    rule_id,
    rule_version,
    rule_title.title,
    policy_adoption.effective_from,
    policy_adoption.pass_ratio,
    policy_adoption.pass_ratio_low,
    policy_adoption.pass_ratio_high,
    policy_adoption.judged_count,
    policy_adoption.earlier_pass_ratio
from mart.policy_adoption
inner join rule_title using (rule_id, rule_version)
where
    rule_version > 1
    and policy_adoption.effective_from > $last_date - 7 * $weeks_shown
    and policy_adoption.effective_from + 7 * policy_adoption.week_no <= $last_date
    and policy_adoption.week_no >= 0
order by
    policy_adoption.effective_from desc, rule_id asc, rule_version asc, policy_adoption.week_no asc
