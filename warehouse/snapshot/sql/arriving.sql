-- One row per row of the parts' files. Older files lack newer columns: the empty typed relation
-- `no_rows` supplies them as null.
from no_rows
union all by name
from read_parquet(
    getvariable('files'),
    hive_partitioning = true,
    hive_types = { 'call_date': date },
    union_by_name = true
)
