-- One row per reviewed question of some calls.
select
    final_answer.call_id,
    final_answer.scorecard_id,
    final_answer.question,
    final_answer.machine_answer as machine_value,
    final_answer.answer as value,
    final_answer.why as reason,
    timezone(snapshot.time_zone, final_answer.reviewed_at)::date as judged_on,
    final_answer.points_ratio
from core.final_answer
cross join meta.snapshot
where final_answer.review_id is not null and final_answer.call_id in (select unnest($calls))
