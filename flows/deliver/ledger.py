"""The ledger of deliveries: one line per list and channel, written before the next is sent."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

    from flows.deliver.parcel import Parcel


class Entry(NamedTuple):
    """The identity of a delivery."""

    channel: str
    run_id: str
    supervisor_id: str
    sha256: str


class Ledger:
    """An append-only file of JSON lines.

    A line is written after its list was accepted. Only a crash between the two can cause a list to
    be sent twice; Message-ID and Idempotency-Key then identify the duplicate.
    """

    def __init__(self, path: Path) -> None:
        """Read the file; a line that a crash cut short is ignored."""
        self._path = path
        self._entries = set(_entries(path))

    def has(self, channel: str, parcel: Parcel) -> bool:
        """Whether the list was delivered through this channel."""
        return _entry(channel, parcel) in self._entries

    def add(self, channel: str, parcel: Parcel) -> None:
        """Record that the list was delivered."""
        entry = _entry(channel, parcel)
        line = json.dumps({**entry._asdict(), "delivered_at": datetime.now(UTC).isoformat()})
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("ab") as file:
            # Terminate a line that was cut short, so that it does not corrupt this one.
            file.write(f"{'' if _ends_whole(self._path) else chr(10)}{line}\n".encode())
            file.flush()
            os.fsync(file.fileno())
        self._entries.add(entry)


def _entry(channel: str, parcel: Parcel) -> Entry:
    return Entry(channel, parcel.run_id, parcel.supervisor_id, parcel.sha256)


def _entries(path: Path) -> list[Entry]:
    if not path.exists():
        return []
    entries = []
    for line in path.read_text().splitlines():
        try:
            fields = json.loads(line)
            entries.append(Entry(**{name: fields[name] for name in Entry._fields}))
        except (ValueError, KeyError, TypeError):
            continue
    return entries


def _ends_whole(path: Path) -> bool:
    content = path.read_bytes() if path.exists() else b""
    return not content or content.endswith(b"\n")
