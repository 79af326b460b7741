"""The audit trail: who did what, when and to which calls, one JSON line an act.

Each line holds the hash of the one before, so that a changed, removed or inserted line is found.
`anchors.json` beside the trail has the number of lines and the last hash of each day: a copy of it
that is kept elsewhere also shows that the end was cut off, or all of the trail written anew.
"""

from __future__ import annotations

import fcntl
import json
import mmap
import os
import pwd
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING, Any

from flows.errors import FlowsError
from flows.governance.audit_check import (
    FIRST,
    Anchor,
    Anchors,
    Entry,
    Fault,
    anchors_in,
    entry_of,
    faults_in,
    line_of,
)
from flows.governance.audit_facts import Act, Outcome, checked, kept_id
from flows.settings.process import process_kind
from flows.sources.centre.key import HomeKey
from warehouse.files import append_line, one_writer, replace_atomically, whole_lines

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

__all__ = ["Act", "Outcome", "entries", "hash_of", "id_in_trail", "record", "verify"]


def record(home: Path, act: Act, **facts: Any) -> None:
    """Add an entry to the audit trail of a home folder.

    Args:
        home: The home folder.
        act: What was done.
        **facts: The attributes of `audit_facts.Facts`.

    Raises:
        FlowsError: A fact is unknown or could hold personal data.
        OSError: The trail cannot be written.
    """
    kept = checked(facts, HomeKey(home).hash)
    folder = _folder(home)
    folder.mkdir(parents=True, exist_ok=True)
    with one_writer(folder):
        anchors = _trusted_anchors(folder)
        last = _last(folder, anchors)
        now = datetime.now(UTC)
        entry = Entry(
            number=last.entries + 1,
            at=now.isoformat(),
            by=_user(),
            process=process_kind(),
            act=act,
            facts=kept,
            before=last.hash,
        )
        newest = {now.date().isoformat(): Anchor(entry.number, entry.hash)}
        # After a crash between two of these steps, a line that is announced is no inserted one.
        _write_anchors(_announced(folder), newest)
        append_line(_trail(folder), line_of(entry))
        _write_anchors(_anchors(folder), anchors | newest)
        _announced(folder).unlink()


def verify(home: Path, kept: Path | None = None) -> list[Fault]:
    """What was done to the audit trail of a home folder; nothing if it is whole.

    Args:
        home: The home folder.
        kept: A copy of its `anchors.json` that was kept elsewhere.

    Raises:
        FlowsError: The copy holds no anchors.
    """
    folder = _folder(home)
    given = _read_anchors(kept) if kept else {}
    if given is None:
        raise FlowsError(f"{kept}: no anchors; expected a copy of {_anchors(folder)}")
    if not folder.exists() and not given:
        return [Fault.missing_trail()]
    with _undisturbed(folder):
        lines = whole_lines(_trail(folder))[0]
        own = _read_anchors(_anchors(folder))
        is_damaged = own is None or _damaged(folder).exists()
        if own is not None:
            own = _with_announced(folder, own)
    if not lines and not own and not given:
        return [Fault.missing_trail()]
    faults = [Fault.missing_anchors()] if is_damaged else []
    return faults + faults_in(lines, own, given)


def entries(home: Path) -> Iterator[Entry]:
    """The entries in order; a line that is none is left to `verify`."""
    read = map(entry_of, whole_lines(_trail(_folder(home)))[0])
    return (entry for entry in read if entry)


def count_of(home: Path) -> int:
    """The number of lines."""
    return len(whole_lines(_trail(_folder(home)))[0])


def newest_with(home: Path, act: Act, fact: str) -> Any:
    """A fact of the newest entry of an act that has it; None if there is none."""
    mark = f'"{act}"'.encode()
    for line in reversed(whole_lines(_trail(_folder(home)))[0]):
        entry = entry_of(line) if mark in line else None
        if entry and entry.act == act and fact in entry.facts:
            return entry.facts[fact]
    return None


def hash_of(home: Path, text: str) -> str:
    """The keyed hash of what may be personal, such as a path or an address: for `places`."""
    return HomeKey(home).hash(text)


def id_in_trail(home: Path, subject: str) -> str:
    """How the trail names a call or an agent."""
    return kept_id(subject, HomeKey(home).hash)


@contextmanager
def _undisturbed(folder: Path) -> Iterator[None]:
    """Let nobody write meanwhile; an auditor may only read the folder."""
    lock = folder / ".lock"
    if not lock.exists():
        yield
        return
    with lock.open() as held:
        fcntl.flock(held, fcntl.LOCK_SH)
        yield


def _last(folder: Path, anchors: Anchors) -> Anchor:
    """What the next entry follows.

    That is the newest anchor and not the last line: where lines are gone or changed, going on from
    the line would hide it.
    """
    if anchors:
        return max(anchors.values())
    entry = entry_of(_last_line(_trail(folder)))
    return Anchor(entry.number, entry.hash) if entry else Anchor(0, FIRST)


def _last_line(path: Path) -> bytes:
    """The last whole line of a file, found from its end."""
    if not path.exists() or not path.stat().st_size:
        return b""
    with path.open("rb") as file, mmap.mmap(file.fileno(), 0, access=mmap.ACCESS_READ) as content:
        end = max(content.rfind(b"\n"), 0)
        return content[content.rfind(b"\n", 0, end) + 1 : end]


def _trusted_anchors(folder: Path) -> Anchors:
    """The anchors, up to the last line; damaged ones are put aside, where `verify` finds them."""
    anchors = _read_anchors(_anchors(folder))
    if anchors is None:
        if _anchors(folder).exists():
            _anchors(folder).replace(_damaged(folder))
        return {}
    return _with_announced(folder, anchors)


def _with_announced(folder: Path, anchors: Anchors) -> Anchors:
    """The anchors, and that of a line which was announced and written, before a crash."""
    announced = _read_anchors(_announced(folder)) or {}
    entry = entry_of(_last_line(_trail(folder)))
    if entry and Anchor(entry.number, entry.hash) in announced.values():
        return anchors | announced
    return anchors


def _read_anchors(path: Path) -> Anchors | None:
    return anchors_in(path.read_bytes()) if path.exists() else None


def _write_anchors(path: Path, anchors: Anchors) -> None:
    content = {day: one._asdict() for day, one in anchors.items()}
    replace_atomically(path, (json.dumps(content, indent=1) + "\n").encode())


def _user() -> str:
    try:
        return pwd.getpwuid(os.geteuid()).pw_name
    except KeyError:  # a container's user without a name
        return str(os.geteuid())


def _folder(home: Path) -> Path:
    return home / "audit"


def _trail(folder: Path) -> Path:
    return folder / "trail.jsonl"


def _anchors(folder: Path) -> Path:
    return folder / "anchors.json"


def _announced(folder: Path) -> Path:
    return folder / "announced.json"


def _damaged(folder: Path) -> Path:
    return folder / "anchors.damaged.json"
