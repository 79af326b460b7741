-- One row per comment of the snapshot that a lake can hold: it has none on columns of views.
with relation as (
    select
        schema_name,
        table_name as relation_name,
        comment,
        'table' as stored_as
    from duckdb_tables()
    where database_name = 'published'
    union all
    select
        schema_name,
        view_name as relation_name,
        comment,
        'view' as stored_as
    from duckdb_views()
    where database_name = 'published'
),

published_table as (
    select
        schema_name,
        table_name
    from duckdb_tables()
    where database_name = 'callqa'
)

select
    if(published_table.table_name is null, 'view', 'table') as kind,
    relation.schema_name || '.' || relation.relation_name as object_name,
    relation.comment
from relation
left join published_table
    on
        relation.schema_name = published_table.schema_name
        and relation.relation_name = published_table.table_name
where relation.comment is not null
union all
select
    'column' as kind,
    column_of.schema_name || '.' || column_of.table_name || '.' || column_of.column_name
        as object_name,
    column_of.comment
from duckdb_columns() as column_of
semi join published_table using (schema_name, table_name)
where column_of.database_name = 'published' and column_of.comment is not null;
