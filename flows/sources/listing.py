"""List what lies below a folder: its files, and items that cannot be opened as files."""

from __future__ import annotations

import os
import re
import stat
from dataclasses import dataclass, field
from pathlib import Path

from models.call import Quarantined, QuarantineReason

_UNSEEN = re.compile("[\x00-\x1f\x7f-\x9f\u2028\u2029\u202a-\u202e\u2066-\u2069]")
"""Control characters, and those that show what follows in another order than it is written."""


def has_unseen(text: str) -> bool:
    """Whether a text has characters that steer a terminal, a mail or a page."""
    return _UNSEEN.search(text) is not None


def without_unseen(text: str) -> str:
    """The text with a blank in the place of each such character."""
    return _UNSEEN.sub(" ", text)


@dataclass(frozen=True, slots=True)
class Listing:
    """Everything below a folder.

    Attributes:
        files: Regular files with a name in UTF-8, sorted.
        unreadable: What each other item is, and what to do; by a path that can be printed.
    """

    files: list[Path] = field(default_factory=list)
    unreadable: dict[str, str] = field(default_factory=dict)

    @property
    def quarantined(self) -> list[Quarantined]:
        """The unreadable items."""
        return [
            Quarantined(item=item, call_id=None, reason=QuarantineReason.UNREADABLE, detail=detail)
            for item, detail in self.unreadable.items()
        ]


def list_items(folder: Path) -> Listing:
    """List a folder and its subfolders; links are followed to files inside of it alone."""
    listing, inside = Listing(), folder.resolve()

    def skip(error: OSError) -> None:
        path = printable(error.filename or str(folder))
        listing.unreadable[path] = (
            f"the folder cannot be read ({error.strerror}); give the run's user access to it"
        )

    for parent, _, names in os.walk(folder, onerror=skip):
        for name in names:
            path = Path(parent, name)
            problem = _problem_of_name(path) or _problem(path, inside)
            if problem:
                listing.unreadable[printable(str(path))] = problem
            else:
                listing.files.append(path)
    listing.files.sort()
    return listing


def printable(path: str) -> str:
    """A path in which bytes that are not UTF-8, and unseen characters, are written as escapes."""
    text = path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")
    return _UNSEEN.sub(lambda found: ascii(found[0])[1:-1], text)


def _problem_of_name(path: Path) -> str | None:
    """Why a path cannot be kept as text; None if it can."""
    if printable(str(path)) == str(path):
        return None
    fault = "has control characters" if has_unseen(str(path)) else "is not UTF-8"
    return f"its name {fault}; rename it, and its metadata alike"


def _problem(path: Path, inside: Path) -> str | None:
    """Why a directory entry is no file of this folder that can be opened; None if it is one."""
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return "a link to a file that does not exist; restore the file or delete the link"
    except OSError as error:
        return f"it cannot be opened ({error.strerror}); check the disk and its permissions"
    if path.is_symlink() and not path.resolve().is_relative_to(inside):
        return "a link that leads out of the folder; put the file itself there"
    if not stat.S_ISREG(mode):
        return "neither a file nor a folder; delete it"
    if not os.access(path, os.R_OK):
        return "it must not be read; give the run's user access to it"
    return None
