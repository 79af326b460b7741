-- The calls of a week that the person may see and that have answers to judge, with whether a review
-- of a sample is in the warehouse. No score is read.
select
    visible.call_date,
    visible.call_id,
    visible.agent_id,
    visible.agent_name,
    visible.queue,
    visible.language,
    visible.duration_s,
    exists(
        select 1 from core.review
        where review.call_id = visible.call_id and review.occasion = 'sample'
    ) as reviewed
from visible
semi join core.answer using (call_date, call_id)
where visible.call_date between $first_date and $last_date
