-- One row per table of the snapshot: its name and the names of its columns.
select
    found.schema_name || '.' || found.table_name as relation,
    list(found.column_name order by found.column_index) as column_names
from duckdb_columns() as found
semi join duckdb_tables() using (table_oid, database_name)
where found.database_name = 'published'
group by relation
order by relation;
