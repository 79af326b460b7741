"""Encryption of a home: under which keys its files are, and rewriting them under the newest."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from flows.errors import FlowsError
from flows.governance.audit import Act, record
from warehouse.errors import EncryptionError
from warehouse.files import one_writer
from warehouse.lake.encryption import (
    KEY_CHECK,
    KEY_FILE_VARIABLE,
    KEY_VARIABLE,
    key_id_of,
    keys,
    missing,
    read_decrypted,
    write_encrypted,
)
from warehouse.lake.lake import Lake
from warehouse.snapshot.connection import is_encrypted, is_under_current_key
from warehouse.snapshot.publish import current_snapshot, publish

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flows.settings.centre import Settings

PLAIN = "not encrypted"
CURRENT, OTHER = "the current key", "another key"


def files_by_key(settings: Settings) -> dict[str, int]:
    """Number of the lake's files under each key, by its id; `PLAIN` are under none."""
    return Counter(key_id_of(path) or PLAIN for path in _files(settings.lake))


def snapshots_by_key(settings: Settings) -> dict[str, int]:
    """Number of published snapshots that are under the current key, under another, and plain."""
    return Counter(
        PLAIN if not is_encrypted(path) else CURRENT if is_under_current_key(path) else OTHER
        for path in settings.warehouse.glob("qa-*.duckdb")
    )


def rewrite(settings: Settings) -> int:
    """Bring everything under the first key: a rotation, or what was stored before there was a key.

    Each file is replaced atomically, and both forms can be read meanwhile: after an interruption it
    is run again and does the rest. The newest snapshot is built anew, and older ones are removed.

    Returns:
        Number of rewritten files of the lake.

    Raises:
        EncryptionError: A file is under a key that we do not have; nothing is changed.
        FlowsError: There is no key.
    """
    found = keys()
    if not found:
        raise FlowsError(
            f"there is no key: set {KEY_FILE_VARIABLE} to a file of `callqa key new FILE`, or"
            f" {KEY_VARIABLE}"
        )
    unknown = files_by_key(settings).keys() - {PLAIN, *(key.key_id for key in found)}
    if unknown:
        raise EncryptionError(
            f"{settings.lake}: files are encrypted with the key {', '.join(sorted(unknown))};"
            f" {missing()}"
        )
    lake = Lake(settings.lake, settings.time_zone)
    count = 0
    with one_writer(settings.lake):
        if settings.lake.exists() and not (settings.lake / KEY_CHECK).exists():
            write_encrypted(settings.lake / KEY_CHECK, b"")
        for path in _files(settings.lake):
            if key_id_of(path) != found[0].key_id:
                write_encrypted(path, read_decrypted(path))
                count += 1
    if current_snapshot(settings.warehouse):
        publish(lake, settings.warehouse, settings.keep_snapshots)
    counts = {"files": count}
    record(settings.home, Act.KEY_CHANGED, files=(found[0].key_id,), counts=counts)
    return count


def _files(lake: Path) -> Iterator[Path]:
    """The files of a lake that are encrypted: all tables, and the one that shows its key.

    The latter comes last, so that it is under the newest key once everything else is.
    """
    yield from sorted(lake.rglob("*.parquet"))
    yield from lake.glob(KEY_CHECK)
