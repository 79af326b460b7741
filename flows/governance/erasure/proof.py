"""Proof that nothing is left: a scan of every file that the system owns, also decoded."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from flows.governance.erasure.handed_out import files_outside
from flows.governance.erasure.places import files_below, place_of
from warehouse.query.decoded import UnreadableFileError

if TYPE_CHECKING:
    from pathlib import Path

    from flows.governance.erasure.traces import Traces
    from flows.settings.centre import Settings

_AUDIT = "audit trail"


@dataclass(frozen=True, slots=True)
class Proof:
    """What a scan found.

    Attributes:
        files: Number of files that were read.
        size_bytes: Their size.
        left: Files that still hold something of the subject.
        unread: Files that cannot be read or decoded.
        kept: Files of the audit trail that name calls of the subject, which stay.
    """

    files: int
    size_bytes: int
    left: tuple[str, ...]
    unread: tuple[str, ...]
    kept: tuple[str, ...]

    @property
    def is_clean(self) -> bool:
        """Whether everything was read, and nothing found."""
        return not self.left and not self.unread


def prove(settings: Settings, traces: Traces, without: Path | None = None) -> Proof:
    """Search every file below the home folder and those outside for names and quotes.

    Args:
        settings: Settings of the centre.
        traces: What to search for.
        without: The file in which an erasure keeps what it looks for until it is complete.
    """
    home, files, size_bytes = settings.home, 0, 0
    left: list[str] = []
    unread: list[str] = []
    kept: list[str] = []
    paths = [path for path in files_below(home) if path != without]
    for path in (*paths, *files_outside(settings)):
        is_inside = path.is_relative_to(home)
        name = path.relative_to(home).as_posix() if is_inside else str(path)
        files += 1
        size_bytes += path.stat().st_size if path.is_file() else 0
        try:
            if traces.are_in_file(path, with_quotes=True):
                place = place_of(home, path) if is_inside else None
                (kept if place and place.name == _AUDIT else left).append(name)
        except UnreadableFileError:
            unread.append(name)
    return Proof(files, size_bytes, tuple(left), tuple(unread), tuple(kept))
