"""Locations of all pages, with relative links that work from any file share.

The lake in the same home folder contains every call, including restricted ones: do not share it.
"""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from warehouse.audio_folder import AUDIENCES, RESTRICTED, call_file_stem
from warehouse.lake.encryption import has_key, key_id_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from datetime import date


def link_to_copy(copy: Path, page: Path) -> str | None:
    """A link to a redacted copy that a browser can play; None if there is no such copy.

    With a key none can: copies that are still plain are encrypted by the next rotation.
    """
    return link(copy, page) if copy.exists() and not has_key() and not key_id_of(copy) else None


@dataclass(frozen=True, slots=True)
class Site:
    """The folders of the pages, next to the folder of redacted audio.

    Attributes:
        root: The home folder.
    """

    root: Path

    @property
    def index(self) -> Path:
        """The start page, which links to all others."""
        return self.root / "index.html"

    @property
    def restricted(self) -> Site:
        """The pages of restricted calls, in a folder of restricted access."""
        return Site(self.root / RESTRICTED)

    def audience(self, name: str) -> Site:
        """The pages of an audience, in a folder of their own."""
        return Site(self.root / AUDIENCES / name)

    def audiences(self) -> list[Site]:
        """The pages of all audiences that have some."""
        return [Site(folder) for folder in sorted((self.root / AUDIENCES).glob("*"))]

    def everywhere(self) -> list[Site]:
        """These pages, those of restricted calls, and those of all audiences."""
        return [self, self.restricted, *self.audiences()]

    def older_pages(self) -> Iterator[Path]:
        """Pages that a publication does not write again each time."""
        for folder in ("agents", "coaching", "teams", "reports", "open"):
            yield from (path for path in (self.root / folder).rglob("*") if path.is_file())

    @property
    def card_data(self) -> Path:
        """The original recordings with card data, by month."""
        return self.root / "card-data.html"

    def card_month(self, month: str) -> Path:
        """Those of a month."""
        return self.card_data.with_suffix("") / f"{month}.html"

    @property
    def deleted_originals(self) -> Path:
        """The file that keeps on which day an original recording was missed first."""
        return self.card_data.with_suffix("") / "deleted.json"

    @property
    def open_flags(self) -> Path:
        """The flags of the last two weeks that nobody has decided."""
        return self.root / "open.html"

    def open_flags_of(self, supervisor_id: str) -> Path:
        """Those of one supervisor."""
        return self.root / "open" / f"{file_stem(supervisor_id)}.html"

    @property
    def search(self) -> Path:
        """The search over the redacted transcripts."""
        return self.root / "search.html"

    @property
    def search_data(self) -> Path:
        """Folder of the data of the search."""
        return self.root / "search"

    def search_day(self, call_date: date) -> Path:
        """The transcripts of a day, for the search."""
        return self.search_data / f"{call_date}.js"

    @property
    def dictionary(self) -> Path:
        """The data dictionary."""
        return self.root / "dictionary.html"

    @property
    def lists(self) -> Path:
        """Folder with a subfolder per night for its flag lists."""
        return self.root / "lists"

    @property
    def alerts(self) -> Path:
        """Folder with a subfolder per run that had alerts to tell."""
        return self.root / "alerts"

    @property
    def calls(self) -> Path:
        """Folder with a subfolder per day for its call pages."""
        return self.root / "calls"

    @property
    def management(self) -> Path:
        """The reports of weeks and months."""
        return self.root / "reports"

    def report(self, period: str) -> Path:
        """The management report of a week or a month."""
        return self.management / f"{period}.html"

    def call(self, call_id: str, call_date: date) -> Path:
        """A call's page, whether or not there is one."""
        return self.calls / str(call_date) / f"{call_file_stem(call_id)}.html"

    def remove_call(self, call_id: str) -> None:
        """Remove every page of a call, and the search data of its day until the next run."""
        for site in self.everywhere():
            for page in site.calls.glob(f"*/{call_file_stem(call_id)}.html"):
                page.unlink()
                (site.search_data / f"{page.parent.name}.js").unlink(missing_ok=True)

    def agent(self, agent_id: str) -> Path:
        """An agent's page."""
        return self.root / "agents" / f"{file_stem(agent_id)}.html"

    def coaching(self, agent_id: str) -> Path:
        """The sheet of an agent's next coaching session."""
        return self.root / "coaching" / f"{file_stem(agent_id)}.html"

    def team(self, team: str) -> Path:
        """A team's page."""
        return self.root / "teams" / f"{file_stem(team)}.html"


def link(target: Path, page: Path) -> str:
    """A relative URL to `target` from `page`."""
    parts = Path(os.path.relpath(target, page.parent)).parts
    return "/".join(quote(part) for part in parts)


_READABLE_CHARACTERS = 100  # file systems allow names of 255 bytes


def file_stem(name: str) -> str:
    """A safe and unique file name for a name."""
    plain = re.sub(r"[^A-Za-z0-9_-]+", "-", name).strip("-")[:_READABLE_CHARACTERS]
    if plain and plain == name and plain.lower() != "index":
        return plain
    return f"{plain}-{hashlib.sha256(name.encode()).hexdigest()[:8]}".lstrip("-")
