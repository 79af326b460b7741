"""The tables that are loaded from the lake: one SQL file each, whose path is the table's name.

A snapshot is rebuilt whenever one of them changes, so a file may be edited freely.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

from warehouse.snapshot.comments import table_comments, write_comments

if TYPE_CHECKING:
    import duckdb

_HOME = Path(__file__).parents[1] / "schema"


def create_tables(connection: duckdb.DuckDBPyConnection) -> None:
    """Create the schemas and every table, with their comments, in an empty database."""
    connection.begin()  # one commit, since every commit is flushed to disk
    for schema in ("core", "mart", "meta"):
        connection.execute(f"create schema {schema}")
    for path in sorted(_HOME.rglob("*.sql")):
        sql = path.read_text()
        connection.execute(sql)
        write_comments(connection, table_comments(sql))
    connection.commit()
