"""Damage to the published snapshot, and to what other parts of a home folder keep."""

from __future__ import annotations

import json
from functools import partial
from typing import TYPE_CHECKING

from warehouse.files import replace_atomically, whole_lines
from warehouse.integrity.damage import Damage, is_whole_sqlite, set_aside
from warehouse.snapshot.connection import DatabaseError, open_database
from warehouse.snapshot.publish import current_snapshot, publish

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from warehouse.lake.lake import Lake


def snapshot_damage(lake: Lake, folder: Path, keep: int) -> Iterator[Damage]:
    """Read every block of the published snapshot; DuckDB compares each with its checksum."""
    snapshot = current_snapshot(folder)
    if snapshot is None:
        return
    if what := _fault(snapshot):
        yield Damage(
            snapshot,
            what,
            "it is set aside, and a new snapshot is built from the lake alone",
            partial(_rebuild, lake, snapshot, keep),
        )


def ledger_damage(path: Path) -> Iterator[Damage]:
    """Read every line of the ledger; a last one that a crash cut short is no damage."""
    lines, _ = whole_lines(path)
    whole = [line for line in lines if not line or _is_object(line)]
    if len(whole) < len(lines):
        yield Damage(
            path,
            f"{len(lines) - len(whole)} of {len(lines)} lines cannot be read; expected a JSON"
            " object each",
            "the readable lines are kept and the old file is set aside; lists whose lines were"
            " lost are sent again by the next run",
            partial(_keep_lines, path, whole),
        )


def orchestration_damage(path: Path) -> Iterator[Damage]:
    """Check Prefect's database, whose damage would only show as a server that never starts."""
    if path.exists() and not is_whole_sqlite(path):
        yield Damage(
            path,
            "Prefect's database is damaged; expected an SQLite file",
            "it is set aside; Prefect begins a new one, and no result depends on it",
            partial(_set_aside_database, path),
        )


def _fault(snapshot: Path) -> str | None:
    if not snapshot.exists():
        return "the published snapshot is missing; expected the file that current.duckdb names"
    try:
        with open_database(snapshot, read_only=True) as connection:
            tables = connection.execute(
                "select schema_name || '.' || table_name from duckdb_tables()"
            ).fetchall()
            for (table,) in tables:
                connection.execute(f"select bit_xor(hash(whole)) from {table} as whole").fetchall()
    except DatabaseError as error:
        return f"the published snapshot cannot be read ({type(error).__name__})"
    return None


def _rebuild(lake: Lake, snapshot: Path, keep: int) -> None:
    if snapshot.exists():
        set_aside(snapshot)
    publish(lake, snapshot.parent, keep)


def _is_object(line: bytes) -> bool:
    try:
        return isinstance(json.loads(line), dict)
    except ValueError:
        return False


def _keep_lines(path: Path, lines: list[bytes]) -> None:
    set_aside(path)
    replace_atomically(path, b"".join(line + b"\n" for line in lines))


def _set_aside_database(path: Path) -> None:
    for name in (path.name, f"{path.name}-wal", f"{path.name}-shm"):
        if (file := path.with_name(name)).exists():
            set_aside(file)
