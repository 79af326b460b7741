-- One row per relation, the most queried schemas first.
with relations as (
    select
        schema_name,
        table_name as name,
        comment
    from duckdb_tables()
    union all
    select
        schema_name,
        view_name as name,
        comment
    from duckdb_views()
    where not internal
)

select
    schema_name || '.' || name as relation,
    coalesce(comment, '') as grain
from relations
order by array_position(['mart', 'core', 'meta'], schema_name), name
