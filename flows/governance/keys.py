"""Encryption of a home: under which keys its files are, and rewriting them under the newest."""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

from flows.errors import FlowsError
from flows.governance.audit import Act, record
from flows.publishing import publish_anew, sites_of
from warehouse.audio_folder import call_file_stem
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
from warehouse.snapshot.publish import current_snapshot

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from flows.settings.centre import Settings

PLAIN = "not encrypted"
CURRENT, OTHER = "the current key", "another key"


def files_by_key(settings: Settings) -> dict[str, int]:
    """Number of files of lake and audio under each key, by its id; `PLAIN` are under none."""
    return Counter(key_id_of(path) or PLAIN for path in _files(settings))


def snapshots_by_key(settings: Settings) -> dict[str, int]:
    """Number of published snapshots that are under the current key, under another, and plain."""
    return Counter(
        PLAIN if not is_encrypted(path) else CURRENT if is_under_current_key(path) else OTHER
        for site in settings.site.everywhere()
        for path in (site.root / settings.warehouse.name).glob("qa-*.duckdb")
    )


def rewrite(settings: Settings) -> int:
    """Bring everything under the first key: a rotation, or what was stored before there was a key.

    Each file is replaced atomically, and both forms can be read meanwhile: after an interruption it
    is run again and does the rest. The newest snapshots are built anew, and older ones are removed;
    pages that played a plain copy are written again before it is encrypted.

    Returns:
        Number of rewritten files of lake and audio.

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
            f"{settings.home}: files are encrypted with the key {', '.join(sorted(unknown))};"
            f" {missing()}"
        )
    lake = Lake(settings.lake, settings.time_zone)
    _silence_pages(settings, lake)
    count = 0
    with one_writer(settings.lake):
        if settings.lake.exists() and not (settings.lake / KEY_CHECK).exists():
            write_encrypted(settings.lake / KEY_CHECK, b"")
        for path in _files(settings):
            if key_id_of(path) != found[0].key_id:
                write_encrypted(path, read_decrypted(path))
                count += 1
    if current_snapshot(settings.warehouse):
        publish_anew(settings, lake)
    record(settings.home, Act.KEY_CHANGED, files=(found[0].key_id,), counts={"files": count})
    return count


def _silence_pages(settings: Settings, lake: Lake) -> None:
    """Write call pages without a player where the redacted copy is still plain."""
    stems = {path.stem for path in _copies(settings) if not key_id_of(path)}
    if stems:
        calls = {
            day: [call_id for call_id, _ in keys if call_file_stem(call_id) in stems]
            for day, keys in lake.index.current(None, None)
        }
        sites_of(settings, lake).rewrite_calls(calls)


def _files(settings: Settings) -> Iterator[Path]:
    """The files that are encrypted one by one: tables, audio, and the one that shows the key.

    The latter comes last, so that it is under the newest key once everything else is.
    """
    yield from sorted(settings.lake.rglob("*.parquet"))
    yield from _copies(settings)
    yield from settings.lake.glob(KEY_CHECK)


def _copies(settings: Settings) -> Iterator[Path]:
    for site in settings.site.everywhere():
        yield from sorted((site.root / settings.audio.root.name).rglob("*.opus"))
