-- One row per rule and question whose last version is in force, with its title in a language.
with heard as (
    select
        finding.rule_id,
        bool_or(
            finding.outcome = 'observed'
            or finding.reason_code in ('observed', 'not_observed')
        ) as observes
    from core.finding
    semi join visible using (call_date, call_id)
    group by finding.rule_id
),

last_rule as (
    select
        rule_id,
        max(rule_version) as rule_version
    from core.rule
    where status = 'active' and coalesce(effective_until, current_date) >= current_date
    group by rule_id
),

last_question as (
    select
        scorecard_id,
        max(scorecard_version) as scorecard_version
    from core.question
    group by scorecard_id
)

select
    'rule:' || rule.rule_id as key,
    rule.rule_id,
    null as scorecard_id,
    null as question,
    coalesce(rule_text.title, rule.title) as title,
    coalesce(heard.observes, false) as observes,
    rule.kind as section,
    0 as position
from core.rule
semi join last_rule using (rule_id, rule_version)
left join core.rule_text
    on
        rule.rule_id = rule_text.rule_id
        and rule.rule_version = rule_text.rule_version
        and rule_text.language = $language
left join heard on rule.rule_id = heard.rule_id
union all
select
    'question:' || question.scorecard_id || ':' || question.question as key,
    null as rule_id,
    question.scorecard_id,
    question.question,
    coalesce(question_text.title, question.title) as title,
    false as observes,
    question.scorecard_id as section,
    question.position
from core.question
semi join last_question using (scorecard_id, scorecard_version)
left join core.question_text
    on
        question.scorecard_id = question_text.scorecard_id
        and question.scorecard_version = question_text.scorecard_version
        and question.question = question_text.question
        and question_text.language = $language
