"""Migrations are applied once, in order, each whole or not at all; applied ones never change."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb
import pytest

from warehouse.errors import MigrationError
from warehouse.snapshot.tables import migrate

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture
def connection() -> Iterator[duckdb.DuckDBPyConnection]:
    """An empty database."""
    with duckdb.connect(":memory:") as database:
        yield database


@pytest.fixture
def folder(tmp_path: Path) -> Path:
    """A folder with one migration."""
    (tmp_path / "0001_one.sql").write_text("create table one (a integer);")
    return tmp_path


def test_each_is_applied_once(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """A second migrate has nothing to do; a new file is applied after the others."""
    migrate(connection, folder)
    (folder / "0002_two.sql").write_text("create table two as from one;")
    migrate(connection, folder)
    migrate(connection, folder)
    names = connection.execute("select name from meta.migration order by name").fetchall()
    assert names == [("0001_one.sql",), ("0002_two.sql",)]


def test_a_broken_one_leaves_nothing(connection: duckdb.DuckDBPyConnection, folder: Path) -> None:
    """Its first statement is undone with its last."""
    migrate(connection, folder)
    (folder / "0002_two.sql").write_text("create table two (a integer); create table one (b date);")
    with pytest.raises(duckdb.CatalogException):
        migrate(connection, folder)
    tables = connection.execute("select table_name from duckdb_tables()").fetchall()
    assert sorted(tables) == [("migration",), ("one",)]


@pytest.mark.parametrize("change", ["edit", "remove", "insert"])
def test_history_is_not_rewritten(
    connection: duckdb.DuckDBPyConnection, folder: Path, change: str
) -> None:
    """An applied file that changed, went, or would have come earlier is refused by name."""
    migrate(connection, folder)
    applied = folder / "0001_one.sql"
    if change == "edit":
        applied.write_text("create table one (a bigint);")
    elif change == "remove":
        applied.unlink()
    else:
        (folder / "0000_zero.sql").write_text("create table zero (a integer);")
    with pytest.raises(MigrationError, match=r"000[01]_\w+\.sql"):
        migrate(connection, folder)
