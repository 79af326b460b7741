-- One row per path of `$paths` that a call has.
select distinct recording_path
from core.call
where recording_path in (select unnest($paths::varchar[]))
