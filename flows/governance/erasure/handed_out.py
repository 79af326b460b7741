"""Files that were made of calls and lie outside the home folder, as far as callqa knows of them.

Exports and shared files are recorded when they are made. Lists that were delivered are in the
ledger of deliveries. What of it is still where it was written is deleted by an erasure; the rest
is for a person to delete, and the receipt names it.
"""

from __future__ import annotations

import json
from contextlib import suppress
from datetime import UTC, datetime
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from flows.deliver.ledger import Ledger
from flows.deliver.parcel import parcels_of
from flows.governance.erasure.removal import with_siblings
from flows.settings.delivery import DeliverySettings
from flows.settings.places import SOURCES
from flows.settings.stores import StoreSettings
from warehouse.files import (
    append_line,
    one_writer,
    private_folder,
    replace_atomically,
    whole_lines,
)

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator

    from flows.governance.erasure.traces import Traces
    from flows.settings.centre import Settings


class HandedOut(NamedTuple):
    """A file that was made.

    Attributes:
        what: Such as `export` or `share`.
        path: Where it was written.
        at: When, in UTC.
    """

    what: str
    path: Path
    at: str


def note_handed_out(home: Path, what: str, path: Path) -> None:
    """Record that a file was made; a folder stands for all that is in it."""
    ledger = _ledger(home)
    private_folder(ledger.parent)
    now = datetime.now(UTC).isoformat(timespec="seconds")
    line = json.dumps({"what": what, "path": str(path.resolve()), "at": now})
    with one_writer(ledger.parent):
        append_line(ledger, line.encode())
        ledger.chmod(0o600)


def handed_out(home: Path) -> list[HandedOut]:
    """Every file that was recorded, each path once, as of when it was made last."""
    found: dict[str, HandedOut] = {}
    for line in whole_lines(_ledger(home))[0]:
        with suppress(ValueError, KeyError, TypeError):
            fields = json.loads(line)
            found[fields["path"]] = HandedOut(fields["what"], Path(fields["path"]), fields["at"])
    return list(found.values())


def forget_handed_out(home: Path, paths: Collection[Path]) -> None:
    """Leave files that were deleted out of the record."""
    ledger, gone = _ledger(home), {json.dumps(str(path)).encode() for path in paths}
    if gone:
        lines = whole_lines(ledger)[0]
        kept = [line for line in lines if not any(b'"path": ' + one in line for one in gone)]
        replace_atomically(ledger, b"".join(line + b"\n" for line in kept))


def files_outside(settings: Settings) -> Iterator[Path]:
    """The files outside the home folder that callqa has made and that are still there."""
    for one in handed_out(settings.home):
        yield from _all_in(one.path)
    if drop := DeliverySettings.read().drop_folder:
        yield from _all_in(drop)
    yield from _all_in(StoreSettings.read().cache / SOURCES)


def remove_outside(settings: Settings, traces: Traces) -> int:
    """Delete those that hold something of a subject; returns how many."""
    files = with_siblings(traces.files_with(files_outside(settings)))
    for path in files:
        path.unlink(missing_ok=True)
    for one in handed_out(settings.home):
        if one.path.is_dir() and not any(one.path.iterdir()):
            one.path.rmdir()
    ledger = _ledger(settings.home)
    lines = whole_lines(ledger)[0]
    kept = [line for line in lines if not traces.are_in(line)]
    if kept != lines:  # the name of a file may be that of the subject
        replace_atomically(ledger, b"".join(line + b"\n" for line in kept))
    return len(files)


def out_of_reach(settings: Settings, lists: Iterable[Path]) -> list[str]:
    """What left the home folder and has to be deleted by a person, a line each.

    Args:
        settings: Settings of the centre.
        lists: Folders of nights whose lists or alerts hold something of the subject.
    """
    told = [
        f"{one.what} of {one.at}, written to {one.path}: not there any more; delete its copies"
        for one in handed_out(settings.home)
        if not one.path.exists()
    ]
    ledger = Ledger(settings.deliveries)
    for night in lists:
        for parcel in parcels_of(night):
            told += [
                f"{parcel.kind} of {night.name} for {parcel.supervisor_id}, sent by {channel}:"
                " have it deleted where it was received"
                for channel in ledger.sent(parcel.run_id, parcel.supervisor_id)
            ]
    return told


def _all_in(place: Path) -> Iterator[Path]:
    if place.is_dir():
        yield from sorted(path for path in place.rglob("*") if path.is_file())
    elif place.is_file():
        yield place


def _ledger(home: Path) -> Path:
    return home / "governance" / "handed-out.jsonl"
