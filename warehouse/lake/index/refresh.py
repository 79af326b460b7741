"""Reading of manifests and parts into the index, as far as it does not know them yet."""

from __future__ import annotations

import hashlib
import sqlite3
from contextlib import suppress
from dataclasses import fields
from datetime import date
from typing import TYPE_CHECKING, NamedTuple

import polars as pl

from warehouse.lake.index.result_identity import ResultIdentity
from warehouse.lake.manifest import (
    Dropped,
    Part,
    entries_of,
    manifest_days,
    manifest_files,
    older_parts,
)
from warehouse.lake.parquet import check_files, rows_of_parts
from warehouse.sql_files import sql_of

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

IDENTITY = tuple(field.name for field in fields(ResultIdentity))
"""Columns of the table `result` that say what a result depends on."""

_VERSION = 3

_INDEXES = (
    "create index result_by_day on result (call_date)",
    "create index result_by_audio on result (audio_sha256)",
    "create index result_restricted on result (call_id) where restricted",
)


class _Day(NamedTuple):
    """What the index has read of a day's manifest."""

    files: str
    size: int
    last_commit_no: int = 0
    state_sha256: str = ""


def refresh(connection: sqlite3.Connection, root: Path) -> None:
    """Read what the manifests have gained since the index was refreshed last.

    Raises:
        LakeError: A manifest or a part that it has to read is damaged.
    """
    _create(connection)
    if not _stale(connection, root):
        return
    connection.execute("begin immediate")
    try:
        for day in _stale(connection, root):
            _read_day(connection, root, day)
        connection.execute("commit")
    except BaseException:
        with suppress(sqlite3.Error):
            connection.execute("rollback")
        raise


def _create(connection: sqlite3.Connection) -> None:
    if connection.execute("pragma user_version").fetchone() == (_VERSION,):
        return
    connection.execute("begin immediate")
    if connection.execute("pragma user_version").fetchone() != (_VERSION,):
        for table in ("day", "result"):
            connection.execute(f"drop table if exists {table}")
            connection.execute(sql_of(__file__, table))
        for index in _INDEXES:
            connection.execute(index)
        connection.execute(f"pragma user_version = {_VERSION}")
    connection.execute("commit")


def _stale(connection: sqlite3.Connection, root: Path) -> list[date]:
    """Days whose manifests are not as the index has read them."""
    known = {
        date.fromisoformat(day): (files, size)
        for day, files, size in connection.execute("select call_date, files, size from day")
    }
    now = {day: _stamp(root, day) for day in manifest_days(root)}
    return sorted(day for day in known.keys() | now.keys() if known.get(day) != now.get(day))


def _stamp(root: Path, day: date) -> tuple[str, int]:
    """The identity of the files of a day's manifest, and the size of the one that grows."""
    older, lines = map(_stat, manifest_files(root, day))
    return f"{older.inode}-{older.size}-{lines.inode}", lines.size


def _read_day(connection: sqlite3.Connection, root: Path, day: date) -> None:
    files, size = _stamp(root, day)
    row = connection.execute(
        "select files, size, last_commit_no, state_sha256 from day where call_date = ?",
        [str(day)],
    ).fetchone()
    known = _Day(*row) if row else _Day("", 0)
    paths = manifest_files(root, day)
    entries: list[Part | Dropped] = []
    if known.files != files or known.size > size:
        connection.execute("delete from result where call_date = ?", [str(day)])
        connection.execute("delete from day where call_date = ?", [str(day)])
        known = _Day("", 0)
        entries += older_parts(paths.older)
    added, end = entries_of(paths.lines, known.size)
    entries += added
    if not any(path.exists() for path in paths):
        return
    _add(connection, root, day, entries)
    last = max((one.commit_no for one in entries if isinstance(one, Part)), default=0)
    state = known.state_sha256
    for entry in entries:
        state = hashlib.sha256(f"{state}{entry.model_dump_json()}".encode()).hexdigest()
    connection.execute(
        "insert or replace into day values (?, ?, ?, ?, ?)",
        [str(day), files, end, max(last, known.last_commit_no), state],
    )


def _add(
    connection: sqlite3.Connection, root: Path, day: date, entries: Iterable[Part | Dropped]
) -> None:
    dropped = {one.dropped_commit_no for one in entries if isinstance(one, Dropped)}
    newest = {one.commit_no: one for one in entries if isinstance(one, Part)}
    parts = [one for number, one in newest.items() if number not in dropped]
    columns = ("call_id", "commit_no", *IDENTITY, "restricted")
    check_files(root, (part.files["call"] for part in parts))
    rows = rows_of_parts(root, parts, "call", columns).with_columns(
        pl.col(pl.Date).cast(pl.String), call_date=pl.lit(str(day))
    )
    names = ", ".join((*columns, "call_date"))
    values = ", ".join("?" * (len(columns) + 1))
    replaced = "delete from result where call_date = ? and commit_no = ?"
    connection.executemany(replaced, [(str(day), number) for number in {*newest, *dropped}])
    connection.executemany(
        f"insert or replace into result ({names}) values ({values})", rows.iter_rows()
    )


class _Stat(NamedTuple):
    inode: int
    size: int


def _stat(path: Path) -> _Stat:
    try:
        found = path.stat()
    except FileNotFoundError:
        return _Stat(0, 0)
    return _Stat(found.st_ino, found.st_size)
