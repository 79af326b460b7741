"""The ledger of deliveries: one line per list and channel, written before the next is sent.

One line more per channel says which nights there were before it was first used: their lists are not
sent through it. Every later list is owed until its line is there, whatever the clock says.
"""

from __future__ import annotations

import json
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any, NamedTuple

from warehouse.files import append_line, whole_lines

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from flows.deliver.parcel import Parcel


DROP = "drop"
"""Name of the channel that copies lists to a folder."""


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
        lines = list(_lines(path))
        self._entries = {
            Entry(*(fields[name] for name in Entry._fields))
            for fields in lines
            if fields.keys() >= set(Entry._fields)
        }
        self._before = {
            fields["channel"]: frozenset(fields["nights_before"])
            for fields in lines
            if fields.keys() >= {"channel", "nights_before"}
        }

    def begin(self, channel: str, nights: Iterable[str]) -> None:
        """Note the first use of a channel; the lists of these nights are not sent through it."""
        if channel not in self._before:
            self._before[channel] = frozenset(nights)
            self._append({"channel": channel, "nights_before": sorted(self._before[channel])})

    def owes(self, channel: str, night: str) -> bool:
        """Whether a night's lists belong to those that the channel must deliver."""
        return night not in self._before.get(channel, {night})

    def has(self, channel: str, parcel: Parcel) -> bool:
        """Whether the list was delivered through this channel."""
        return _entry(channel, parcel) in self._entries

    def add(self, channel: str, parcel: Parcel) -> None:
        """Record that the list was delivered."""
        entry = _entry(channel, parcel)
        self._append({**entry._asdict(), "delivered_at": datetime.now(UTC).isoformat()})
        self._entries.add(entry)

    def renew(self, parcel: Parcel) -> None:
        """Let a list count as sent where another version of it was: an erasure changes lists."""
        for channel in {one.channel for one in self._entries if _is_of(one, parcel)}:
            if not self.has(channel, parcel):
                self.add(channel, parcel)

    def sent(self, run_id: str, supervisor_id: str) -> list[str]:
        """The channels by which a supervisor's list of a run was sent."""
        return sorted(
            {
                one.channel
                for one in self._entries
                if (one.run_id, one.supervisor_id) == (run_id, supervisor_id)
            }
        )

    def _append(self, fields: dict[str, Any]) -> None:
        self._path.parent.mkdir(parents=True, exist_ok=True)
        append_line(self._path, json.dumps(fields).encode())


def _is_of(entry: Entry, parcel: Parcel) -> bool:
    return (entry.run_id, entry.supervisor_id) == (parcel.run_id, parcel.supervisor_id)


def _entry(channel: str, parcel: Parcel) -> Entry:
    # A copy in a folder is replaced by a list that was written again; a mail is not sent twice.
    sha256 = parcel.content_sha256 if channel == DROP else parcel.sha256
    return Entry(channel, parcel.run_id, parcel.supervisor_id, sha256)


def _lines(path: Path) -> Iterator[dict[str, Any]]:
    for line in whole_lines(path)[0]:
        try:
            fields = json.loads(line)
        except ValueError:
            continue
        if isinstance(fields, dict):
            yield fields
