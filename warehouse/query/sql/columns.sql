-- One row per column of a relation, in order.
select
    column_name,
    data_type,
    coalesce(comment, '') as meaning
from duckdb_columns()
where schema_name || '.' || table_name = $relation
order by column_index
