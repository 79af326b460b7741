-- One row if the lake was published before; none if it is new.
select table_name
from duckdb_tables()
where database_name = 'callqa' and schema_name = 'meta' and table_name = 'snapshot';
