-- One row per row of the parts' files, `part_row`. Older files lack newer columns: the empty typed
-- relation `no_rows` supplies them as null.
from no_rows
union all by name
from part_row
