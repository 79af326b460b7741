-- Scores lie between 0 and 100, shares and confidences between 0 and 1.
select call_id || '/' || scorecard_id as id
from core.evaluation
where score not between 0 and 100
union all
select call_id || '/' || question as id
from core.answer
where points_ratio not between 0 and 1 or weight < 0
union all
select call_id || '/' || rule_id as id
from core.finding
where confidence not between 0 and 1
