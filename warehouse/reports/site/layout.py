"""Where everything that people open lies: pages that work from any share.

The lake and the warehouse lie in the same home folder and hold every call, restricted ones too: a
share leaves them out.
"""

from __future__ import annotations

import hashlib
import os
import re
from dataclasses import dataclass
from pathlib import Path
from typing import TYPE_CHECKING
from urllib.parse import quote

from warehouse.audio_folder import RESTRICTED, call_file_stem

if TYPE_CHECKING:
    from datetime import date


@dataclass(frozen=True, slots=True)
class Site:
    """The folders of the pages, beside the folder of the redacted audio.

    Attributes:
        root: The centre's home folder.
    """

    root: Path

    @property
    def index(self) -> Path:
        """The page from which every other can be reached."""
        return self.root / "index.html"

    @property
    def restricted(self) -> Site:
        """The pages of restricted calls, in a folder that named people may be let into."""
        return Site(self.root / RESTRICTED)

    @property
    def card_data(self) -> Path:
        """Which original recordings hold card data."""
        return self.root / "card-data.html"

    @property
    def lists(self) -> Path:
        """A folder for each night's flag lists."""
        return self.root / "lists"

    @property
    def calls(self) -> Path:
        """A folder for each day's call pages."""
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
    """A link that works on any share: a relative URL to `target` from `page`."""
    parts = Path(os.path.relpath(target, page.parent)).parts
    return "/".join(quote(part) for part in parts)


def file_stem(name: str) -> str:
    """A file name that stays in its folder and differs for different names."""
    plain = re.sub(r"[^A-Za-z0-9_-]+", "-", name).strip("-")
    if plain and plain == name and plain.lower() != "index":
        return plain
    return f"{plain}-{hashlib.sha256(name.encode()).hexdigest()[:8]}".lstrip("-")
