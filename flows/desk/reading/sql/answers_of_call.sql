-- The machine's answers to the questions of every scorecard in a call that the person may see.
select
    answer.scorecard_id,
    answer.question,
    answer.answer
from core.answer
semi join visible using (call_date, call_id)
where answer.call_id = $call_id
