-- What may be disputed in some of the calls that the person may see: failed and flagged findings,
-- and answers, with titles in their language.
select
    visible.call_id,
    visible.call_date,
    visible.agent_id,
    visible.agent_name,
    finding.rule_id,
    null as scorecard_id,
    null as question,
    coalesce(rule_text.title, rule.title) as title,
    finding.machine_outcome as machine_value,
    finding.outcome as current_value
from core.final_finding as finding
inner join visible using (call_date, call_id)
left join core.rule
    on finding.rule_id = rule.rule_id and finding.rule_version = rule.rule_version
left join core.rule_text
    on
        finding.rule_id = rule_text.rule_id
        and finding.rule_version = rule_text.rule_version
        and rule_text.language = $language
where
    list_contains($call_ids, finding.call_id)
    and (finding.machine_flagged or finding.machine_outcome = 'fail')
union all
select
    visible.call_id,
    visible.call_date,
    visible.agent_id,
    visible.agent_name,
    null as rule_id,
    answer.scorecard_id,
    answer.question,
    coalesce(question_text.title, question.title) as title,
    answer.machine_answer as machine_value,
    answer.answer as current_value
from core.final_answer as answer
inner join visible using (call_date, call_id)
inner join core.evaluation using (call_date, call_id, scorecard_id)
left join core.question using (scorecard_id, scorecard_version, question)
left join core.question_text
    on
        evaluation.scorecard_id = question_text.scorecard_id
        and evaluation.scorecard_version = question_text.scorecard_version
        and answer.question = question_text.question
        and question_text.language = $language
where list_contains($call_ids, answer.call_id)
