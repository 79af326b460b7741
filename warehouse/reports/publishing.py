"""Publish everything that people open: a night's lists and calls, agents, teams, the overview."""

from __future__ import annotations

import shutil
from dataclasses import dataclass, field
from itertools import groupby
from typing import TYPE_CHECKING

from warehouse.database import open_database
from warehouse.files import replace_atomically
from warehouse.reports.agent_reading import AgentReader
from warehouse.reports.call_pages import CallPages
from warehouse.reports.flag_lists import CAP, SAMPLE_SIZE, FlagLists
from warehouse.reports.language import SOURCE_LANGUAGE
from warehouse.reports.management_figures import FIGURE_NAMES
from warehouse.reports.management_reading import read_report
from warehouse.reports.night_reading import NightReader
from warehouse.reports.pages import render
from warehouse.reports.paper import pdf_of
from warehouse.reports.period import month_of, period_named, week_of
from warehouse.reports.site import link
from warehouse.reports.targets import Targets
from warehouse.reports.team import team_record
from warehouse.reports.workload import SIGNAL_NAMES, Workload, workloads

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    import duckdb

    from warehouse.audio_folder import AudioFolder
    from warehouse.lake import Lake
    from warehouse.reports.agent import AgentRecord
    from warehouse.reports.flag_lists import FlagListFile
    from warehouse.reports.period import Period
    from warehouse.reports.site import Site


@dataclass(frozen=True, kw_only=True)
class Publisher:
    """Writes the pages of a centre.

    Attributes:
        lake: Where the results are.
        site: Where the pages go.
        audio: Where the redacted copies of the recordings are.
        language: Of the overview, and of everybody who is not in `readers`.
        readers: Language by supervisor.
        pages_url: Where readers find the home folder, for the links in mails; None for none.
        targets: What the centre aims at.
        pdf: Whether management reports are made for paper as well.
    """

    lake: Lake
    site: Site
    audio: AudioFolder
    language: str = SOURCE_LANGUAGE
    readers: Mapping[str, str] = field(default_factory=dict)
    pages_url: str | None = None
    targets: Targets = field(default_factory=Targets)
    pdf: bool = False

    def publish(self, snapshot: Path) -> list[FlagListFile]:
        """Write what a snapshot's last run has to tell, and bring everything else up to date.

        Lists are never written over: who has read them finds them as they were. The folder of a
        night gets its name last, so that a killed run is completed by the next.
        """
        with open_database(snapshot, read_only=True) as connection:
            night = NightReader(connection, None)
            run, nights = night.run(), night.supervisors(CAP, SAMPLE_SIZE, self.reader)
            agents = list(AgentReader(connection, self.reader).records())
            self._write_agents(agents)
            self._write_teams(connection, agents)
            folder = self.site.lists / snapshot.stem
            if not folder.exists():
                CallPages(self.lake, self.site, self.audio, self.reader).write(night.calls())
                draft = folder.with_name(f"{folder.name}.tmp")
                shutil.rmtree(draft, ignore_errors=True)
                FlagLists(draft, self.site, self.reader, self.pages_url).write(run, nights)
                draft.rename(folder)
            lists = FlagLists(folder, self.site, self.reader).files(nights)
            for period in _periods(night.calls()):
                self.write_report(connection, period)
        pages = [
            (of, link(file.html, self.site.index)) for of, file in zip(nights, lists, strict=True)
        ]
        self._write_overview(run=run, lists=pages, agents=agents, folder=folder)
        return lists

    def write_coaching(self, agent: AgentRecord) -> Path:
        """Write the sheet of an agent's next coaching session."""
        path = self.site.coaching(agent.agent_id)
        self._write("coaching.html", path, agent.supervisor_id, agent=agent)
        return path

    def write_report(self, connection: duckdb.DuckDBPyConnection, period: Period) -> Path | None:
        """Write the management report of a week or a month; None if it has no calls."""
        report = read_report(connection, period, self.targets)
        if report is None:
            return None
        path = self.site.report(period.name)
        pdf = path.with_suffix(".pdf")
        content = {"report": report, "figure_names": FIGURE_NAMES}
        self._write("management.html", path, "", **content, pdf_name=self.pdf and pdf.name)
        if self.pdf:
            base_url = (
                self.pages_url and f"{self.pages_url.rstrip('/')}/{link(path, self.site.index)}"
            )
            replace_atomically(pdf, pdf_of(path.read_bytes(), base_url))
        else:
            pdf.unlink(missing_ok=True)  # it would tell other figures than the page
        return path

    def reader(self, supervisor_id: str) -> str:
        """The language of a supervisor."""
        return self.readers.get(supervisor_id, self.language)

    def _write_agents(self, agents: Sequence[AgentRecord]) -> None:
        for agent in agents:
            path = self.site.agent(agent.agent_id)
            self._write("agent.html", path, agent.supervisor_id, agent=agent)
            self.write_coaching(agent)

    def _write_teams(
        self, connection: duckdb.DuckDBPyConnection, agents: Sequence[AgentRecord]
    ) -> None:
        work = workloads(connection)
        for name, members in groupby(agents, key=lambda agent: agent.team):
            of_team = list(members)
            workload = work.get(name, Workload())
            record = team_record(connection, name, of_team[0].last_date, workload)
            self._write(
                "team.html",
                self.site.team(name),
                of_team[0].supervisor_id,
                team=record,
                agents=of_team,
                signal_names=SIGNAL_NAMES,
            )

    def _write_overview(self, folder: Path, **content: object) -> None:
        nights = sorted(self.site.lists.glob("*/index.html"), reverse=True)
        reports = sorted(self.site.management.glob("*.html"), reverse=True)
        index = self.site.index
        self._write(
            "overview.html",
            index,
            "",
            night_link=link(folder / "index.html", index),
            nights=[(page.parent.name, link(page, index)) for page in nights],
            reports=[
                (
                    period_named(page.stem),
                    link(page, index),
                    link(pdf, index) if (pdf := page.with_suffix(".pdf")).exists() else None,
                )
                for page in reports
            ],
            **content,
        )

    def _write(self, template: str, path: Path, supervisor_id: str, **content: object) -> None:
        """Write a page with the links that every page of a person or a team may need."""
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
        # Readers see the old page or the new one; no flush, since the next night writes it anew.
        draft = path.with_name(f"{path.name}.tmp")
        draft.write_bytes(page)
        draft.replace(path)


def _periods(days: Iterable[date]) -> list[Period]:
    """The weeks and months that days are in."""
    periods = {period for day in days for period in (week_of(day), month_of(day))}
    return sorted(periods, key=lambda period: period.name)
