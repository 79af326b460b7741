-- One row per reviewed rule of some calls: its last review.
-- The last review counts, as in `core.final_answer`; calibration does not.
select
    review.call_id,
    review.rule_id,
    review.machine_value,
    review.human_value as value,
    review.reason,
    timezone(snapshot.time_zone, review.reviewed_at)::date as judged_on
from core.review
cross join meta.snapshot
where
    review.rule_id is not null and review.occasion != 'calibration'
    and review.call_id in (select unnest($calls))
qualify
    row_number()
        over (
            partition by review.call_id, review.rule_id
            order by review.reviewed_at desc, review.review_id asc
        )
    = 1
