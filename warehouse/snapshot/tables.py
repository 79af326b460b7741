"""Migrations: numbered SQL files, applied once, in order, each whole or not at all."""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

from warehouse.errors import MigrationError
from warehouse.snapshot.comments import table_comments, write_comments

if TYPE_CHECKING:
    from collections.abc import Iterator

    import duckdb

MIGRATIONS = Path(__file__).parents[1] / "schema"

_LEDGER = """
create schema if not exists meta;

-- One row per migration that was applied.
create table if not exists meta.migration (
    -- Name of the SQL file.
    name varchar not null,
    -- Hash of the SQL file; an applied file is never edited.
    sha256 varchar not null,
    -- When it was applied.
    applied_at timestamptz not null
);
"""


def migrate(connection: duckdb.DuckDBPyConnection, folder: Path = MIGRATIONS) -> None:
    """Apply every migration that the database does not have yet.

    Raises:
        MigrationError: An applied file was edited or removed, or a new one has an earlier number.
    """
    with _all_or_nothing(connection):
        connection.execute(_LEDGER)
        write_comments(connection, table_comments(_LEDGER))
    for path in _pending(connection, folder):
        with _all_or_nothing(connection):
            connection.execute(path.read_text())
            write_comments(connection, table_comments(path.read_text()))
            connection.execute(
                "insert into meta.migration values (?, ?, now())", [path.name, _sha256(path)]
            )


@contextmanager
def _all_or_nothing(connection: duckdb.DuckDBPyConnection) -> Iterator[None]:
    connection.begin()
    try:
        yield
    except BaseException:
        connection.rollback()
        raise
    connection.commit()


def _pending(connection: duckdb.DuckDBPyConnection, folder: Path) -> Iterator[Path]:
    applied = _applied(connection)
    files = {path.name: path for path in _files(folder)}
    for name, sha256 in applied.items():
        if name not in files:
            raise MigrationError(f"{name} was applied but is gone; put it back")
        if _sha256(files[name]) != sha256:
            raise MigrationError(
                f"{name} was edited after it was applied; undo that and add a new file instead"
            )
    newest = max(applied, default="")
    for name in files.keys() - applied.keys():
        if name < newest:
            raise MigrationError(f"{name} comes after {newest} was applied; give it a later number")
    return (path for name, path in files.items() if name not in applied)


def _applied(connection: duckdb.DuckDBPyConnection) -> dict[str, str]:
    rows = connection.execute("select name, sha256 from meta.migration order by name")
    return dict(rows.fetchall())


def _files(folder: Path) -> list[Path]:
    return sorted(folder.glob("[0-9][0-9][0-9][0-9]_*.sql"))


def _sha256(path: Path) -> str:
    return hashlib.sha256(path.read_bytes()).hexdigest()
