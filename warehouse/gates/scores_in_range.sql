-- Scores lie between 0 and 100, shares and confidences between 0 and 1.
select call_id || '/' || scorecard_id as id
from core.evaluation
where call_id in (select added.call_id from added) and score not between 0 and 100
union all
select call_id || '/' || question as id
from core.answer
where
    call_id in (select added.call_id from added)
    and (points_ratio not between 0 and 1 or weight < 0)
union all
select call_id || '/' || rule_id as id
from core.finding
where call_id in (select added.call_id from added) and confidence not between 0 and 1
