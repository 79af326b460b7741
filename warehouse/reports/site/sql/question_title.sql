-- One row per question of the latest scorecard: its title in a reader's language.
create or replace temp table question_title as
select
    question.scorecard_id,
    question.question,
    coalesce(own.title, question.title) as title
from core.question
left join core.question_text as own
    on
        question.scorecard_id = own.scorecard_id
        and question.scorecard_version = own.scorecard_version
        and question.question = own.question
        and own.language = $language
qualify
    question.scorecard_version
    = max(question.scorecard_version) over (partition by question.scorecard_id, question.question)
