-- One row per question of a reported call that was answered yes or no.
create or replace temp table reported_answer as
select
    reported.call_date,
    reported.call_id,
    reported.is_now,
    reported.agent_id,
    reported.agent_name,
    reported.team,
    reported.started_at,
    answer.scorecard_id,
    answer.question,
    answer.answer = 'yes' as is_yes,
    coalesce(question_title.title, answer.question) as title
from core.final_answer as answer
inner join reported using (call_date, call_id)
left join question_title using (scorecard_id, question)
where answer.answer in ('yes', 'no')
