-- Every finding's rule and every answer's question is in a recorded catalogue.
select distinct finding.rule_id || ' version ' || finding.rule_version as id
from core.finding
semi join added using (call_date, call_id)
anti join core.rule using (rule_id, rule_version)
union all
select distinct answer.scorecard_id || '/' || answer.question as id
from core.answer
semi join added using (call_date, call_id)
anti join core.question using (scorecard_id, question)
