"""Writing of pages of agents, teams and the centre, with their links."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from warehouse.reports.site.layout import link
from warehouse.reports.site.render import render

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date
    from pathlib import Path

    from warehouse.reports.site.layout import Site


@dataclass(frozen=True, slots=True)
class PageWriter:
    """Writes pages of a site.

    Attributes:
        site: Where the pages are.
        reader: Returns the language of a supervisor; an empty id stands for shared pages.
    """

    site: Site
    reader: Callable[[str], str]

    def write(self, template: str, path: Path, supervisor_id: str = "", **content: object) -> None:
        """Write a page for a supervisor, or a shared page."""
        site = self.site
        path.parent.mkdir(parents=True, exist_ok=True)

        def call_link(call_id: str, call_date: date) -> str:
            return link(site.call(call_id, call_date), path)

        page = render(
            template,
            self.reader(supervisor_id),
            overview=link(site.index, path),
            call_link=call_link,
            agent_link=lambda agent_id: link(site.agent(agent_id), path),
            coaching_link=lambda agent_id: link(site.coaching(agent_id), path),
            team_link=lambda team: link(site.team(team), path),
            **content,
        )
        # Readers see either the old or the new page; no flush, since the next run writes it again.
        draft = path.with_name(f"{path.name}.tmp")
        draft.write_bytes(page)
        draft.replace(path)
