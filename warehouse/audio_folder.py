"""The folder of the redacted copies of recordings."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass, replace
from typing import TYPE_CHECKING
from urllib.parse import quote
from zoneinfo import ZoneInfo

from warehouse.files import private_folder

if TYPE_CHECKING:
    from collections.abc import Iterable
    from datetime import date, datetime
    from pathlib import Path

    from models.call import Call

_READABLE_CHARACTERS = 80
"""Maximum length of a call's id in its file name; a hash distinguishes longer ids."""

DIGEST_CHARACTERS = 12
"""A file name ends with so many characters that no other call's has."""

RESTRICTED = "restricted"
"""Subfolder of the home folder for everything about restricted calls."""

AUDIENCES = "audiences"
"""Subfolder of the home folder with a folder for each audience."""


@dataclass(frozen=True, slots=True)
class AudioFolder:
    """One folder per day with one file per call.

    Attributes:
        root: The folder of all copies.
        time_zone: IANA time zone of the centre, which decides the day of a call.
        is_one: Whether the copies of restricted calls are among the others: in folders for people
            who may see them.
    """

    root: Path
    time_zone: str
    is_one: bool = False

    @property
    def restricted(self) -> AudioFolder:
        """The folder of the restricted calls' copies."""
        if self.is_one:
            return self
        return replace(self, root=self.root.parent / RESTRICTED / self.root.name, is_one=True)

    def of_audience(self, folder: Path) -> AudioFolder:
        """The folder of the copies that an audience may hear."""
        return replace(self, root=folder / self.root.name, is_one=True)

    def path_of(self, call_id: str, started_at: datetime) -> Path:
        """Path of a call's redacted copy in this folder, whether or not there is one."""
        return self.path_on(started_at.astimezone(ZoneInfo(self.time_zone)).date(), call_id)

    def path_on(self, call_date: date, call_id: str) -> Path:
        """The same path, from the day on which the call started at the centre."""
        return self.root / str(call_date) / f"{call_file_stem(call_id)}.opus"

    def copy_of(self, call: Call) -> Path:
        """Path of a call's redacted copy, in the restricted folder if the call is restricted."""
        folder = self.restricted if call.restricted else self
        return folder.path_of(call.call_id, call.started_at)

    def make_room(self, call: Call) -> Path:
        """The path of a new copy, with its folder created."""
        if call.restricted:
            private_folder(self.restricted.root.parent)
        return self.copy_of(call)

    def remove(self, call_id: str) -> None:
        """Remove every copy of a call."""
        audiences = (self.root.parent / AUDIENCES).glob("*")
        for folder in (self, self.restricted, *map(self.of_audience, audiences)):
            for copy in folder.root.glob(f"*/{call_file_stem(call_id)}.opus"):
                copy.unlink()

    def missing_count(self, calls: Iterable[Call]) -> int:
        """Number of calls without a redacted copy."""
        return sum(not self.copy_of(call).exists() for call in calls)

    def remove_others(self, call: Call, days: Iterable[date] = ()) -> None:
        """Remove copies of the call at other paths, from before its metadata were corrected.

        If there is none at its path, one of them is moved there: a call that was only judged again
        has no new one.

        Args:
            call: The call as it is now; the folder of the other access is always looked at.
            days: Other days on which the call was stored before.
        """
        path = self.copy_of(call)
        for folder in (self, self.restricted):
            for day in {path.parent.name, *map(str, days)}:
                other = folder.root / day / path.name
                if other == path or not other.exists():
                    continue
                if path.exists():
                    other.unlink()
                else:
                    self.make_room(call).parent.mkdir(parents=True, exist_ok=True)
                    other.replace(path)


def call_file_stem(call_id: str) -> str:
    """A unique file name that is valid on any file system, for any id."""
    # Some file systems ignore case: the hash distinguishes such names.
    digest = hashlib.sha256(call_id.encode()).hexdigest()[:DIGEST_CHARACTERS]
    readable = quote(call_id, safe="")[:_READABLE_CHARACTERS]
    return f"{readable}-{digest}"
