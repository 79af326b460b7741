-- One row per relation and macro of the lake that is to be dropped: views before what they read.
select
    kind,
    schema_name || '.' || object_name as object_name
from (
    select
        'view' as kind,
        1 as position,
        schema_name,
        view_name as object_name
    from duckdb_views()
    where database_name = 'callqa'
    union all
    select distinct
        'macro' as kind,
        2 as position,
        schema_name,
        function_name as object_name
    from duckdb_functions()
    where database_name = 'callqa'
    union all
    select
        'table' as kind,
        3 as position,
        schema_name,
        table_name as object_name
    from duckdb_tables()
    where database_name = 'callqa'
) as found
where schema_name in ('core', 'mart', 'meta')
order by position, object_name;
