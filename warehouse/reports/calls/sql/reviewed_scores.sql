-- One row per evaluation of some calls of which an answer was reviewed.
select
    call_id,
    scorecard_id,
    score,
    band,
    auto_fail
from core.final_evaluation
where is_reviewed and call_id in (select unnest($calls))
