-- The counts of a run add up: seen = evaluated + unchanged + quarantined + pending.
select run_id as id
from meta.run
where seen_count != evaluated_count + unchanged_count + quarantined_count + pending_count
