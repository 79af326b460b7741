"""What was delivered: one line for each list and channel, on the disk before the next is sent."""

from __future__ import annotations

import json
import os
from datetime import UTC, datetime
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from pathlib import Path

    from flows.deliver.parcel import Parcel


class Entry(NamedTuple):
    """What makes a delivery the same delivery."""

    channel: str
    run_id: str
    supervisor_id: str
    sha256: str


class Ledger:
    """A file of JSON lines that is only ever added to.

    A line is written after its list was accepted. A crash between the two is the one case in which
    a list may come twice; the mail's Message-ID and the webhook's key then say that it is the same.
    """

    def __init__(self, path: Path) -> None:
        """Read what is there; a line that a crash cut short does not count."""
        self._path = path
        self._entries = set(_entries(path))

    def has(self, channel: str, parcel: Parcel) -> bool:
        """Whether the list was delivered by this channel."""
        return _entry(channel, parcel) in self._entries

    def add(self, channel: str, parcel: Parcel) -> None:
        """Keep that it was."""
        entry = _entry(channel, parcel)
        line = json.dumps({**entry._asdict(), "delivered_at": datetime.now(UTC).isoformat()})
        self._path.parent.mkdir(parents=True, exist_ok=True)
        with self._path.open("ab") as file:
            # A line that was cut short must not spoil this one: it ends here at the latest.
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
