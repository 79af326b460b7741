"""The data dictionary: every relation and column with its comment, as a Markdown page.

`python -m warehouse.query.dictionary` updates `warehouse/DICTIONARY.md`.
"""

from __future__ import annotations

from pathlib import Path
from typing import NamedTuple

import duckdb

from warehouse.snapshot.relations import create_relations
from warehouse.snapshot.tables import create_tables
from warehouse.sql_files import sql_of

PAGE = Path(__file__).parents[1] / "DICTIONARY.md"

_HEAD = """# Data dictionary

Generated from the comments in the SQL files; change those and run
`python -m warehouse.query.dictionary`.
Query `mart` first; `core` has the tables that the marts are built from, `meta` their lineage.
Seconds end in `_s`, instants in `_at` (UTC), shares in `_ratio` (0..1).
"""


class Column(NamedTuple):
    """A column with its DuckDB type and meaning."""

    name: str
    kind: str
    comment: str


class Relation(NamedTuple):
    """A table or view, with the meaning of a row and its columns."""

    name: str
    grain: str
    columns: list[Column]

    @property
    def schema(self) -> str:
        """Its schema, such as mart."""
        return self.name.partition(".")[0]


def read_relations(connection: duckdb.DuckDBPyConnection) -> list[Relation]:
    """Every relation of a database, the most queried schemas first."""
    return [
        Relation(name, grain, [Column(*row) for row in _columns_of(connection, name)])
        for name, grain in connection.execute(sql_of(__file__, "relations")).fetchall()
    ]


def fresh_relations() -> list[Relation]:
    """The relations of the checkout's SQL files."""
    with duckdb.connect(":memory:") as connection:
        create_tables(connection)
        create_relations(connection)
        return read_relations(connection)


def fresh_dictionary() -> str:
    """The Markdown page for the checkout's SQL files."""
    parts = [_HEAD]
    for relation in fresh_relations():
        lines = [f"| `{name}` | {kind.lower()} | {what} |" for name, kind, what in relation.columns]
        parts.append(f"## {relation.name}\n\n{relation.grain}\n")
        parts.append("| column | type | what |\n|---|---|---|\n" + "\n".join(lines) + "\n")
    return "\n".join(parts)


def _columns_of(connection: duckdb.DuckDBPyConnection, relation: str) -> list[tuple[str, str, str]]:
    return connection.execute(sql_of(__file__, "columns"), {"relation": relation}).fetchall()


if __name__ == "__main__":
    PAGE.write_text(fresh_dictionary())
