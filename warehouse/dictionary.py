"""The data dictionary: every relation and column with its comment, as a Markdown page.

`python -m warehouse.dictionary` writes `warehouse/DICTIONARY.md` anew.
"""

from __future__ import annotations

from pathlib import Path

import duckdb

from warehouse.migrate import migrate
from warehouse.relations import create_relations

PAGE = Path(__file__).parent / "DICTIONARY.md"

_HEAD = """# Data dictionary

Generated from the comments in the SQL files; change those and run `python -m warehouse.dictionary`.
People query `mart`; `core` is what the marts are made of; `meta` says where it all comes from.
Seconds end in `_s`, instants in `_at` (UTC), shares in `_ratio` (0..1).
"""

_RELATIONS = """
select schema_name || '.' || name as relation, coalesce(comment, '')
from (
    select schema_name, table_name as name, comment from duckdb_tables()
    union all
    select schema_name, view_name as name, comment from duckdb_views() where not internal
)
order by array_position(['mart', 'core', 'meta'], schema_name), name
"""

_COLUMNS = """
select column_name, data_type, coalesce(comment, '')
from duckdb_columns()
where schema_name || '.' || table_name = ?
order by column_index
"""


def dictionary(connection: duckdb.DuckDBPyConnection) -> str:
    """The page for a database."""
    parts = [_HEAD]
    for relation, grain in connection.execute(_RELATIONS).fetchall():
        rows = connection.execute(_COLUMNS, [relation]).fetchall()
        lines = [f"| `{name}` | {kind.lower()} | {comment} |" for name, kind, comment in rows]
        parts.append(f"## {relation}\n\n{grain}\n")
        parts.append("| column | type | what |\n|---|---|---|\n" + "\n".join(lines) + "\n")
    return "\n".join(parts)


def fresh_dictionary() -> str:
    """The page for what the checkout's SQL files make."""
    with duckdb.connect(":memory:") as connection:
        migrate(connection)
        create_relations(connection)
        return dictionary(connection)


if __name__ == "__main__":
    PAGE.write_text(fresh_dictionary())
