"""Publish the lake as a DuckDB file that people read: checked, whole, and never changed again.

Nobody opens a file that is being written. A snapshot is built beside the published one, passes
the gates, gets its name, and only then does `current.duckdb` point to it.
"""

from __future__ import annotations

import hashlib
import shutil
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import duckdb

from warehouse.files import one_writer, point_atomically, settle
from warehouse.gates import check_gates
from warehouse.loading import load
from warehouse.migrate import is_migrated, migrate
from warehouse.relations import create_relations, relations_sha256

if TYPE_CHECKING:
    from pathlib import Path

    from warehouse.lake import Lake

_CURRENT = "current.duckdb"
_READ_ONLY = 0o444


def current_snapshot(folder: Path) -> Path | None:
    """The snapshot that people read now; None before the first one."""
    link = folder / _CURRENT
    return folder / link.readlink() if link.is_symlink() else None


def publish(lake: Lake, folder: Path, keep: int = 5) -> Path:
    """Publish the lake's state.

    Args:
        lake: Where the results are.
        folder: Where snapshots are; `current.duckdb` in it always points to a whole one.
        keep: How many snapshots stay, the new one included.

    Returns:
        The published file; the one that was current before if nothing has changed since.

    Raises:
        GateError: The data break a promise; the old snapshot stays current.
    """
    with one_writer(folder):
        _sweep(folder)
        current = current_snapshot(folder)
        state = _state_sha256(lake)
        if current is not None and _reads_state(current) == state:
            return current
        runs = lake.runs()
        run_id = runs[-1].run.run_id if runs else None
        snapshot = _free_name(folder, run_id or "empty")
        draft = snapshot.with_name(f"{snapshot.name}.tmp")
        _begin(draft, current)
        _build(draft, lake, run_id, state)
        draft.chmod(_READ_ONLY)
        settle(draft, snapshot)
        point_atomically(folder / _CURRENT, snapshot.name)
        _prune(folder, snapshot, keep)
        return snapshot


def _build(draft: Path, lake: Lake, run_id: str | None, state: str) -> None:
    with duckdb.connect(draft) as connection:
        migrate(connection)
        connection.begin()
        load(connection, lake)
        connection.execute("delete from meta.snapshot")
        connection.execute(
            "insert into meta.snapshot values (?, ?, ?, ?)",
            [run_id, datetime.now(UTC), state, lake.time_zone],
        )
        create_relations(connection)
        check_gates(connection)
        connection.commit()
        connection.execute("checkpoint")


def _begin(draft: Path, current: Path | None) -> None:
    """Begin from a copy of the current snapshot, or from nothing if the tables have changed."""
    if current is None:
        return
    with duckdb.connect(current, read_only=True) as connection:
        fits = is_migrated(connection)
    if fits:
        shutil.copyfile(current, draft)


def _state_sha256(lake: Lake) -> str:
    """Hash of all that a snapshot depends on, but for runs that brought nothing."""
    return hashlib.sha256(f"{lake.state_sha256()} {relations_sha256()}".encode()).hexdigest()


def _reads_state(snapshot: Path) -> str:
    with duckdb.connect(snapshot, read_only=True) as connection:
        row = connection.execute("select state_sha256 from meta.snapshot").fetchone()
    assert row is not None, "every snapshot says what it was built from"
    return str(row[0])


def _free_name(folder: Path, run_id: str) -> Path:
    """A name that no snapshot ever had: a reader may still hold the old file of that name."""
    names = [f"qa-{run_id}.duckdb"]
    while (path := folder / names[-1]).exists():
        names.append(f"qa-{run_id}-{len(names) + 1}.duckdb")
    return path


def _sweep(folder: Path) -> None:
    """Remove what a killed build left."""
    for path in folder.glob("qa-*.tmp*"):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def _prune(folder: Path, newest: Path, keep: int) -> None:
    others = [path for path in folder.glob("qa-*.duckdb") if path != newest]
    others.sort(key=lambda path: path.stat().st_mtime, reverse=True)
    for path in others[keep - 1 :]:
        path.unlink()
