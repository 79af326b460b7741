-- Passages of an agent's calls of the last four weeks that the person may see: the latest two that
-- earned and that lost each question, with its title in their language.
with answered as (
    select
        answer.call_date,
        answer.call_id,
        answer.agent_id,
        answer.scorecard_id,
        answer.question,
        answer.answer,
        answer.rule_ids
    from core.recent_answer as answer
    semi join visible using (call_date, call_id)
    where answer.agent_id = $of_agent
    qualify
        row_number() over (
            partition by answer.scorecard_id, answer.question, answer.answer
            order by answer.started_at desc, answer.call_id asc
        ) <= 2
),

places as (
    select
        answered.call_id,
        answered.scorecard_id,
        answered.question,
        min(evidence.start_s) as start_s
    from answered
    inner join core.evidence
        on
            answered.call_date = evidence.call_date
            and answered.call_id = evidence.call_id
            and list_contains(answered.rule_ids, evidence.rule_id)
    group by answered.call_id, answered.scorecard_id, answered.question
)

select
    answered.call_date,
    answered.call_id,
    answered.scorecard_id,
    answered.question,
    answered.answer = 'yes' as is_strength,
    places.start_s,
    candidate.question is not null as is_below_others,
    coalesce(question_text.title, question.title) as title
from answered
inner join core.evaluation
    on
        answered.call_date = evaluation.call_date
        and answered.call_id = evaluation.call_id
        and answered.scorecard_id = evaluation.scorecard_id
left join places
    on
        answered.call_id = places.call_id
        and answered.scorecard_id = places.scorecard_id
        and answered.question = places.question
left join mart.coaching_candidates as candidate
    on
        answered.agent_id = candidate.agent_id
        and answered.scorecard_id = candidate.scorecard_id
        and answered.question = candidate.question
left join core.question
    on
        evaluation.scorecard_id = question.scorecard_id
        and evaluation.scorecard_version = question.scorecard_version
        and answered.question = question.question
left join core.question_text
    on
        evaluation.scorecard_id = question_text.scorecard_id
        and evaluation.scorecard_version = question_text.scorecard_version
        and answered.question = question_text.question
        and question_text.language = $language
