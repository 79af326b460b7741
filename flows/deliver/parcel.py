"""A flag list as it is delivered: read back from the folder of its night."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """One supervisor's list of one night.

    Attributes:
        run_id: The run that tells it; a warehouse that is published anew tells it again.
        supervisor_id: Whose it is.
        subject: The list in one line, in the reader's language.
        json: The list for programs; its files have the same name with other endings.
        sha256: Hash of it; another list of the same night has another one.
    """

    run_id: str
    supervisor_id: str
    subject: str
    json: Path
    sha256: str

    @property
    def mail(self) -> Path:
        """The list as a mail shows it."""
        return self.json.with_suffix(".mail.html")

    @property
    def files(self) -> tuple[Path, ...]:
        """The list as a page, as a spreadsheet and for programs."""
        return self.json.with_suffix(".html"), self.json.with_suffix(".csv"), self.json


def parcels_of(lists: Path) -> Iterator[Parcel]:
    """The parcels of a night's folder, in order of supervisor."""
    for path in sorted(lists.glob("*.json")):
        content = path.read_bytes()
        fields = json.loads(content)
        yield Parcel(
            run_id=fields["run_id"] or lists.name,
            supervisor_id=fields["supervisor_id"],
            subject=fields["subject"],
            json=path,
            sha256=hashlib.sha256(content).hexdigest(),
        )
