"""Where the redacted copies of recordings lie, beside the lake."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from datetime import datetime
    from pathlib import Path

_READABLE_CHARACTERS = 80
"""Of a call's id in its file's name; the hash tells longer ones apart."""


@dataclass(frozen=True, slots=True)
class AudioFolder:
    """A folder for each day, with a file for each call.

    Attributes:
        root: The folder of all copies.
        time_zone: The centre's IANA zone, which dates the calls.
    """

    root: Path
    time_zone: str

    def path_of(self, call_id: str, started_at: datetime) -> Path:
        """Path of a call's redacted copy, whether or not there is one."""
        call_date = started_at.astimezone(ZoneInfo(self.time_zone)).date()
        return self.root / str(call_date) / f"{call_file_stem(call_id)}.opus"

    def remove_others(self, call_id: str, started_at: datetime) -> None:
        """Remove copies of the call under other days: its metadata named another day before."""
        path = self.path_of(call_id, started_at)
        for other in self.root.glob(f"*/{path.name}"):
            if other != path:
                other.unlink()


def call_file_stem(call_id: str) -> str:
    """A name that any file system takes and that no other call has, whatever the id holds."""
    # Some file systems take capitals and small letters for the same: the hash tells them apart.
    digest = hashlib.sha256(call_id.encode()).hexdigest()[:12]
    readable = quote(call_id, safe="")[:_READABLE_CHARACTERS]
    return f"{readable}-{digest}"
