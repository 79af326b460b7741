-- No call is lost in silence: seen is evaluated, unchanged, quarantined and pending together.
select run_id as id
from meta.run
where seen_count != evaluated_count + unchanged_count + quarantined_count + pending_count
