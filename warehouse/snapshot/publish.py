"""Publication of the lake as an immutable DuckDB file.

A snapshot is built as a draft beside the published one. `current.duckdb` is pointed to it only
after it has passed the gates and has its final name, so no client opens a file that is being
written.
"""

from __future__ import annotations

import hashlib
import shutil
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

import duckdb

from warehouse.errors import SnapshotError
from warehouse.files import one_writer, point_atomically, replace_atomically, settle
from warehouse.snapshot.connection import is_under_current_key, open_database
from warehouse.snapshot.data_checks import check_gates
from warehouse.snapshot.deleted_originals import state_with_days
from warehouse.snapshot.load import load
from warehouse.snapshot.relations import create_relations, relations_sha256
from warehouse.snapshot.scope import Scope
from warehouse.snapshot.tables import create_tables

if TYPE_CHECKING:
    from pathlib import Path

    from warehouse.lake.lake import Lake

CURRENT = "current.duckdb"
_READ_ONLY = 0o444  # for whoever may read what this process writes
_SEAL = ".seal"
"""File with the name of the newest snapshot and a hash of its headers."""

_HEADERS_SIZE = 3 * 4096
"""DuckDB's headers are the first three blocks of 4 KiB; every write of a file changes one."""

_MEMORY = "4GB"
"""Memory limit of a build; DuckDB spills to a temporary file beside the draft."""

_NOT_WRITTEN = (
    "the warehouse cannot be written ({}). The previous one stays in use; make room or give access,"
    " then run again"
)
_WRITING = (duckdb.IOException, duckdb.FatalException, duckdb.OutOfMemoryException)
_DAMAGED = (
    duckdb.IOException,
    duckdb.FatalException,
    duckdb.InternalException,
    duckdb.SerializationException,
)


class _Origin(NamedTuple):
    """The inputs of a snapshot: equal origins mean equal rows.

    Attributes:
        lake_sha256: Hash of the lake's state.
        sql_sha256: Hash of the checkout's SQL files.
    """

    lake_sha256: str
    sql_sha256: str


def current_snapshot(folder: Path) -> Path | None:
    """The newest published snapshot; None before the first one."""
    link = folder / CURRENT
    return folder / link.readlink() if link.is_symlink() else None


def check_snapshot(snapshot: Path) -> None:
    """Check that a snapshot has the relations of this checkout, which reports need.

    Raises:
        SnapshotError: Another version of callqa published it.
    """
    origin = _origin_of(snapshot)
    if origin is None or origin.sql_sha256 != relations_sha256():
        raise SnapshotError(
            f"{snapshot} was published by another version of callqa; `callqa run` publishes it"
            " again, even without new calls"
        )


def publish(
    lake: Lake, folder: Path, keep: int = 5, *, anew: bool = False, restricted: bool = False
) -> Path:
    """Publish the lake's state: the calls that are not restricted, or those that are.

    Args:
        lake: The lake.
        folder: Folder of the snapshots and of the link `current.duckdb`.
        keep: Number of snapshots to keep, including the new one.
        anew: Whether to build it from the lake alone, in the place of all others: rows that are
            deleted from a copy leave their values in the file.
        restricted: Whether to publish the restricted calls, and no others.

    Returns:
        The published file, which is the current one if nothing has changed.

    Raises:
        GateError: The data violate a gate; the old snapshot stays current.
        SnapshotError: It cannot be written; the old snapshot stays current.
    """
    with one_writer(folder):
        _sweep(folder)
        current = current_snapshot(folder)
        origin = _Origin(state_with_days(lake), relations_sha256())
        known = _known_origin(current) if current and not anew else None
        if current and known == origin:
            return current
        scope = Scope(lake, restricted=restricted)
        # The lists of a night bear the name of its snapshot.
        snapshot = current if anew and current else _free_name(folder, scope.run_id or "empty")
        # Older calls passed the gates under the same SQL; other SQL means a full rebuild.
        has_sql = known and known.sql_sha256 == origin.sql_sha256
        draft = _drafted(snapshot, lake, scope, origin, current if has_sql else None)
        draft.chmod(draft.stat().st_mode & _READ_ONLY)
        _make_current(draft, snapshot)
        _prune(folder, snapshot, 1 if anew else keep)
        return snapshot


def forget_older(folder: Path) -> None:
    """Remove all snapshots but the current one."""
    if current := current_snapshot(folder):
        with one_writer(folder):
            _prune(folder, current, keep=1)


def _drafted(
    snapshot: Path, lake: Lake, scope: Scope, origin: _Origin, copied: Path | None
) -> Path:
    """Build a draft of a snapshot, from a copy of an older one unless that has calls too many."""
    draft = snapshot.with_name(f"{snapshot.name}.tmp")
    if copied:
        try:
            if not scope.lacks_calls_of(copied):
                shutil.copyfile(copied, draft)
                _build(draft, lake, scope, origin)
        except _DAMAGED:  # the old snapshot may be damaged, and the lake has everything
            _sweep(snapshot.parent)
    if not draft.exists():
        _build_whole(draft, lake, scope, origin)
    return draft


def _make_current(draft: Path, snapshot: Path) -> None:
    settle(draft, snapshot)
    replace_atomically(snapshot.with_name(_SEAL), _seal_of(snapshot))
    point_atomically(snapshot.with_name(CURRENT), snapshot.name)


def _build_whole(draft: Path, lake: Lake, scope: Scope, origin: _Origin) -> None:
    """Build a snapshot from the lake alone."""
    try:
        _build(draft, lake, scope, origin)
    except _WRITING as error:
        raise SnapshotError(_NOT_WRITTEN.format(str(error).splitlines()[0])) from None


def _build(draft: Path, lake: Lake, scope: Scope, origin: _Origin) -> None:
    is_new = not draft.exists()
    with open_database(draft) as connection:
        connection.execute(f"set memory_limit = '{_MEMORY}'")
        if is_new:
            create_tables(connection)
        is_partial = load(connection, lake, scope)
        connection.begin()
        connection.execute("delete from meta.snapshot")
        connection.execute(
            "insert into meta.snapshot values (?, ?, ?, ?, ?)",
            [scope.run_id, datetime.now(UTC), *origin, lake.time_zone],
        )
        create_relations(connection, is_copy=not is_new, is_partial=is_partial)
        check_gates(connection)
        connection.commit()
        connection.execute("checkpoint")


def _known_origin(snapshot: Path) -> _Origin | None:
    """The origin of a snapshot of which a new one may begin as a copy."""
    return _origin_of(snapshot) if _is_usable(snapshot) else None


def _origin_of(snapshot: Path) -> _Origin | None:
    """The origin of a snapshot; None if it cannot be read, so that it is built again."""
    try:
        with open_database(snapshot, read_only=True) as connection:
            row = connection.execute("select lake_sha256, sql_sha256 from meta.snapshot").fetchone()
    except duckdb.Error:
        return None
    return _Origin(*row) if row else None


def _seal_of(snapshot: Path) -> bytes:
    with snapshot.open("rb") as file:
        sha256 = hashlib.sha256(file.read(_HEADERS_SIZE)).hexdigest()
    return f"{snapshot.name} {sha256}\n".encode()


def _is_usable(snapshot: Path) -> bool:
    """Whether a new snapshot may begin as a copy of this one."""
    return is_under_current_key(snapshot) and _is_as_published(snapshot)


def _is_as_published(snapshot: Path) -> bool:
    """Whether no client has written to a snapshot; one that was written to is built again.

    Without a seal of it, as older versions left it, nothing is known against it.
    """
    seal = snapshot.with_name(_SEAL)
    if _log_of(snapshot).exists() or not snapshot.exists():
        return False
    sealed = seal.read_bytes() if seal.exists() else b""
    return sealed == _seal_of(snapshot) or not sealed.startswith(f"{snapshot.name} ".encode())


def _log_of(snapshot: Path) -> Path:
    """What DuckDB writes beside a file before it writes to the file."""
    return snapshot.with_name(f"{snapshot.name}.wal")


def _free_name(folder: Path, run_id: str) -> Path:
    """A name that no snapshot had before: a reader may still have an old file open."""
    names = [f"qa-{run_id}.duckdb"]
    while (path := folder / names[-1]).exists():
        names.append(f"qa-{run_id}-{len(names) + 1}.duckdb")
    return path


def _sweep(folder: Path) -> None:
    """Remove the files of interrupted builds."""
    for path in folder.glob("qa-*.tmp*"):
        if path.is_dir():
            shutil.rmtree(path)
        else:
            path.unlink()


def _prune(folder: Path, newest: Path, keep: int) -> None:
    others = [path for path in folder.glob("qa-*.duckdb") if path != newest]
    others.sort(key=lambda path: path.stat().st_mtime, reverse=True)
    outdated = [path for path in others if not is_under_current_key(path)]
    for path in {*others[keep - 1 :], *outdated}:
        path.unlink()
        _log_of(path).unlink(missing_ok=True)
