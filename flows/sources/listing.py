"""List what lies below a folder: its files, and items that cannot be opened as files."""

from __future__ import annotations

import os
import stat
from dataclasses import dataclass, field
from pathlib import Path


@dataclass(frozen=True, slots=True)
class Listing:
    """Everything below a folder.

    Attributes:
        files: Regular files with a name in UTF-8, sorted.
        unreadable: What each other item is, and what to do; by a path that can be printed.
    """

    files: list[Path] = field(default_factory=list)
    unreadable: dict[str, str] = field(default_factory=dict)


def list_items(folder: Path) -> Listing:
    """List a folder and its subfolders; linked folders are not followed, linked files are."""
    listing = Listing()

    def skip(error: OSError) -> None:
        path = printable(error.filename or str(folder))
        listing.unreadable[path] = (
            f"the folder cannot be read ({error.strerror}); give the run's user access to it"
        )

    for parent, _, names in os.walk(folder, onerror=skip):
        for name in names:
            path = Path(parent, name)
            problem = _problem(path)
            if problem:
                listing.unreadable[printable(str(path))] = problem
            else:
                listing.files.append(path)
    listing.files.sort()
    return listing


def printable(path: str) -> str:
    """A path in which bytes that are not UTF-8 are written as escapes in hexadecimal."""
    return path.encode("utf-8", "surrogateescape").decode("utf-8", "backslashreplace")


def _problem(path: Path) -> str | None:
    """Why a directory entry is no file that can be opened; None if it is one."""
    if printable(str(path)) != str(path):
        return "its name is not UTF-8; rename it, and its metadata alike"
    try:
        mode = path.stat().st_mode
    except FileNotFoundError:
        return "a link to a file that does not exist; restore the file or delete the link"
    except OSError as error:
        return f"it cannot be opened ({error.strerror}); check the disk and its permissions"
    if not stat.S_ISREG(mode):
        return "neither a file nor a folder; delete it"
    if not os.access(path, os.R_OK):
        return "it must not be read; give the run's user access to it"
    return None
