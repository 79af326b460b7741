"""The file of a table is named after it."""

from __future__ import annotations

from pathlib import Path

import duckdb

from warehouse.snapshot.tables import create_tables

_SCHEMA = Path(__file__).parents[3] / "warehouse" / "schema"


def test_every_table_is_in_the_file_of_its_name() -> None:
    """`schema/core/call.sql` makes `core.call`, and no table comes from anywhere else."""
    with duckdb.connect(":memory:") as connection:
        create_tables(connection)
        rows = connection.execute("select schema_name, table_name from duckdb_tables()").fetchall()
    files = {(path.parent.name, path.stem) for path in _SCHEMA.glob("*/*.sql")}
    assert len(rows) == len(files)
    assert set(rows) == files
