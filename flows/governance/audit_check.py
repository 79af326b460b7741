"""The lines of an audit trail, and what was done to them."""

from __future__ import annotations

import hashlib
import json
from collections import defaultdict
from dataclasses import asdict, dataclass
from enum import StrEnum
from functools import cached_property
from typing import TYPE_CHECKING, Any, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

FIRST = "0" * 64
"""What the first entry has in the place of a hash of the one before."""


@dataclass(frozen=True, kw_only=True)
class Entry:
    """One act.

    Attributes:
        number: Counts the entries from 1.
        at: When, in UTC.
        by: The user of the operating system.
        process: The kind of process.
        act: What was done.
        facts: To what, and how it ended.
        before: Hash of the entry before.
    """

    number: int
    at: str
    by: str
    process: str
    act: str
    facts: dict[str, Any]
    before: str

    @cached_property
    def hash(self) -> str:
        """Hash of all that the entry says."""
        return hashlib.sha256(_json(asdict(self))).hexdigest()


class Anchor(NamedTuple):
    """How many entries there were at the end of a day, and the hash of the last."""

    entries: int
    hash: str


Anchors = dict[str, Anchor]
"""By day."""


class Kind(StrEnum):
    """What was done to a trail."""

    CHANGED = "changed"
    REMOVED = "removed"
    INSERTED = "inserted"
    CUT_OFF = "cut_off"
    REWRITTEN = "rewritten"
    MISSING = "missing"


class Fault(NamedTuple):
    """What was done, where.

    Attributes:
        kind: What was done.
        text: The same for people, with the line.
    """

    kind: Kind
    text: str

    @classmethod
    def missing_trail(cls) -> Fault:
        """There is nothing at all."""
        return cls(Kind.MISSING, "there is no audit trail; each run begins one")

    @classmethod
    def missing_anchors(cls) -> Fault:
        """The anchors beside the trail are gone or damaged."""
        return cls(
            Kind.MISSING,
            "anchors.json is missing or damaged: compare with a copy that was kept elsewhere"
            " (--anchor)",
        )


def line_of(entry: Entry) -> bytes:
    """The line of an entry."""
    return _json({**asdict(entry), "hash": entry.hash})


def entry_of(line: bytes) -> Entry | None:
    """The entry of a line; None if it is not exactly as it was written."""
    try:
        fields: dict[str, Any] = json.loads(line)
        del fields["hash"]
        entry = Entry(**fields)
        return entry if line_of(entry) == line else None
    except (ValueError, TypeError, KeyError, AttributeError):
        return None


def anchors_in(content: bytes) -> dict[str, Anchor] | None:
    """The anchors in a file; None if it holds none."""
    try:
        read = {str(day): Anchor(**one) for day, one in json.loads(content).items()}
    except (ValueError, TypeError, AttributeError):
        return None
    is_whole = all(
        isinstance(one.entries, int) and isinstance(one.hash, str) for one in read.values()
    )
    return read if is_whole else None


def faults_in(lines: Sequence[bytes], own: Anchors | None, kept: Anchors) -> list[Fault]:
    """What was done to the lines of a trail.

    Args:
        lines: The lines.
        own: The anchors beside the trail; None if they are gone.
        kept: The anchors of a copy that was kept elsewhere.
    """
    read = [entry_of(line) for line in lines]
    anchors = [*sorted((own or {}).items()), *sorted(kept.items())]
    hashes = {one.entries: one.hash for _, one in reversed(anchors)}
    top = max((one.entries for one in (own or {}).values()), default=None)
    in_place = _in_place(read, hashes, top)
    faults: list[Fault] = []
    known_at, known_number = -1, 0
    for at, entry in in_place:
        strange, missing = range(known_at + 1, at), range(known_number + 1, entry.number)
        faults += _told(strange, missing, Kind.REMOVED, f"before line {at + 1}")
        known_at, known_number = at, entry.number
    strange, missing = (
        range(known_at + 1, len(lines)),
        range(known_number + 1, max(hashes, default=0) + 1),
    )
    faults += _told(strange, missing, Kind.CUT_OFF, f"after line {len(lines)}")
    found = {entry.number: entry.hash for _, entry in in_place}
    for day, one in anchors:
        if found.get(one.entries, one.hash) != one.hash:
            text = f"entry {one.entries} is not the one that was the last on {day}"
            faults.append(Fault(Kind.REWRITTEN, f"{text}: it or others before it are written anew"))
    return faults


def _in_place(
    read: Sequence[Entry | None], anchored: Mapping[int, str], top: int | None
) -> list[tuple[int, Entry]]:
    """The entries that are where they belong, with the index of their line.

    From the end: an entry belongs where the one after it, or an anchor, has its hash.
    """
    by_number: dict[int, list[tuple[int, Entry]]] = defaultdict(list)
    for at, entry in enumerate(read):
        if entry and (top is None or entry.number <= top):
            by_number[entry.number].append((at, entry))
    found: list[tuple[int, Entry]] = []
    below = len(read)
    before: dict[int, str] = {}
    for number in sorted(by_number, reverse=True):
        wanted = before.get(number, anchored.get(number))
        fitting = [
            (at, entry)
            for at, entry in by_number[number]
            if at < below and wanted in {None, entry.hash}
        ]
        if fitting:
            below, entry = fitting[-1]
            before = {number - 1: entry.before}
            found.append(fitting[-1])
    return found[::-1]


def _told(strange: range, missing: range, gone: Kind, where: str) -> Iterator[Fault]:
    """What became of entries that are missing between two in place, and of the lines there."""
    for at, number in zip(strange, missing, strict=False):
        yield Fault(Kind.CHANGED, f"line {at + 1} (entry {number}) is changed")
    for at in strange[len(missing) :]:
        yield Fault(Kind.INSERTED, f"line {at + 1} is inserted")
    if left := missing[len(strange) :]:
        names = f"entry {left[0]} is" if len(left) == 1 else f"entries {left[0]} to {left[-1]} are"
        yield Fault(gone, f"{names} {_SAID[gone]} {where}")


_SAID = {Kind.REMOVED: "removed", Kind.CUT_OFF: "cut off"}


def _json(fields: dict[str, Any]) -> bytes:
    return json.dumps(fields, sort_keys=True, separators=(",", ":")).encode()
