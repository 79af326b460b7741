"""Flag lists and alerts to deliver, read from the folder of a night."""

from __future__ import annotations

import hashlib
import json
from dataclasses import dataclass
from typing import TYPE_CHECKING

from warehouse.reports.flags.json_file import identity_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@dataclass(frozen=True, slots=True, kw_only=True)
class Parcel:
    """One reader's list, or alerts, of one night.

    Attributes:
        kind: What it holds: `lists` or `alerts`.
        run_id: The run whose list it is; publishing the warehouse again does not change it.
        supervisor_id: The supervisor, or other reader of alerts, who receives it.
        subject: The list in one line, in the reader's language.
        json: The list as JSON; its other files have the same name with other suffixes.
        sha256: Hash of the JSON; a changed list of the same night has a different one, but one that
            was written again without some calls keeps that of the first.
        content_sha256: Hash of the JSON as it is.
    """

    kind: str
    run_id: str
    supervisor_id: str
    subject: str
    json: Path
    sha256: str
    content_sha256: str

    @property
    def mail(self) -> Path:
        """The HTML for mails."""
        return self.json.with_suffix(".mail.html")

    @property
    def files(self) -> tuple[Path, ...]:
        """HTML, CSV and JSON, in this order."""
        return self.json.with_suffix(".html"), self.json.with_suffix(".csv"), self.json


def parcels_of(lists: Path) -> Iterator[Parcel]:
    """The parcels of a night's folder, in order of supervisor."""
    for path in sorted(lists.glob("*.json")):
        content = path.read_bytes()
        fields = json.loads(content)
        yield Parcel(
            kind=fields.get("kind", "lists"),
            run_id=fields["run_id"] or lists.name,
            supervisor_id=fields["supervisor_id"],
            subject=fields["subject"],
            json=path,
            sha256=identity_of(content),
            content_sha256=hashlib.sha256(content).hexdigest(),
        )
