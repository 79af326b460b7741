-- One row per table that is stored in the database in use.
select
    schema_name,
    table_name
from duckdb_tables()
where database_name = current_database() and not temporary
