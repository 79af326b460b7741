"""Publication of all pages: lists, calls, agents, teams, reports and the overview."""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import date
from itertools import chain, groupby
from typing import TYPE_CHECKING

from warehouse.files import replace_atomically
from warehouse.query.dictionary import read_relations
from warehouse.reports.agents.reader import AgentReader
from warehouse.reports.agents.service import ServiceReader
from warehouse.reports.agents.team import team_record
from warehouse.reports.agents.workload import SIGNAL_NAMES, Workload, workloads
from warehouse.reports.calls.human_judgements import judgements
from warehouse.reports.calls.pages import CallPages
from warehouse.reports.dictionary_page import dictionary_page
from warehouse.reports.flags.originals import as_kept, names_here
from warehouse.reports.flags.pages import NightPages
from warehouse.reports.flags.places import earlier_places
from warehouse.reports.flags.tables import listed_days
from warehouse.reports.management.figures import FIGURE_ACTIONS, FIGURE_NAMES
from warehouse.reports.management.reader import read_report
from warehouse.reports.management.targets import Targets
from warehouse.reports.search.pages import SearchPages
from warehouse.reports.site.catalogue import SOURCE_LANGUAGE
from warehouse.reports.site.faults import PageFaults
from warehouse.reports.site.layout import link
from warehouse.reports.site.pdf import pdf_of
from warehouse.reports.site.period import month_of, week_of
from warehouse.reports.site.rule_texts import RuleTexts
from warehouse.reports.site.writer import PageWriter
from warehouse.reports.withdrawn import remove_report, runs_of, sweep
from warehouse.snapshot.connection import open_database

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
    from pathlib import Path

    from warehouse.audio_folder import AudioFolder
    from warehouse.lake.lake import Lake
    from warehouse.reports.agents.records import AgentRecord
    from warehouse.reports.agents.service import Service
    from warehouse.reports.flags.lists import FlagListFile
    from warehouse.reports.site.layout import Site
    from warehouse.reports.site.period import Period
    from warehouse.snapshot.connection import Connection


@dataclass(frozen=True, kw_only=True)
class Publisher:
    """Writes the pages of a centre.

    Attributes:
        lake: The lake with the results.
        site: Locations of the pages.
        audio: Folder of the redacted copies.
        language: Language of the overview, and of supervisors who are not in `readers`.
        readers: Languages by supervisor.
        pages_url: URL of the home folder, for the links in mails; None for no links.
        targets: Targets of the centre.
        pdf: Whether management reports are also written as PDF.
        locate: Finds the path of a recording by what is kept of it; None if it cannot be told.
        listed: Returns the names in a folder of this machine or of a store by URL.
        faults: What could not be written; it cost no other page or list.
        audience: Who alone may see the pages; None for everybody who sees the centre's.
    """

    lake: Lake
    site: Site
    audio: AudioFolder
    language: str = SOURCE_LANGUAGE
    readers: Mapping[str, str] = field(default_factory=dict)
    pages_url: str | None = None
    targets: Targets = field(default_factory=Targets)
    pdf: bool = False
    locate: Callable[[str], str | None] = as_kept
    listed: Callable[[str], Iterable[str]] = names_here
    faults: PageFaults = field(default_factory=PageFaults)
    audience: str | None = None

    def publish(self, snapshot: Path, affected: Collection[str] = ()) -> list[FlagListFile]:
        """Write the lists of a snapshot's last run, and update all other pages.

        Args:
            snapshot: The snapshot.
            affected: Calls that the pages showed and must not show any more, or the other way
                round: older lists and reports are written again.

        Returns:
            The lists, for delivery.
        """
        days = set[date]().union(*self.lake.index.days_of(affected).values())
        for call_id in affected:
            self.site.remove_call(call_id)
        nights = self._night_pages()
        with open_database(snapshot, read_only=True) as connection:
            with self.faults.isolated(self.site.dictionary.name):
                self._write_dictionary(connection)
            agents: list[AgentRecord] = []
            with self.faults.isolated("pages of agents"):
                agents += self.agent_reader(connection).records()
                agents = self._write_agents(agents)
            with self.faults.isolated("pages of teams"):
                self._write_teams(connection, agents)
            for period in _periods({*listed_days(connection), *days}):
                with self.faults.isolated(f"report of {period.name}"):
                    if self.write_report(connection, period) is None:
                        remove_report(self.site, period)
            lists: list[FlagListFile] = []
            with self.faults.isolated("flag lists"):
                nights.rewrite(connection, runs_of(connection, self.lake, affected))
                lists += nights.write(connection, snapshot.stem, agents)
            with self.faults.isolated(self.site.search.name):
                SearchPages(self.site, self.reader, self.lake.time_zone, self.faults).write(
                    connection
                )
        sweep(self.site, affected)
        return lists

    def rewrite_calls(self, snapshot: Path, calls: Mapping[date, Collection[str]]) -> None:
        """Write the pages of some calls again, where they have one.

        Args:
            snapshot: The published snapshot.
            calls: The calls by day.
        """
        there = {
            day: found
            for day, ids in calls.items()
            if (found := [one for one in ids if self.site.call(one, day).exists()])
        }
        if ids := set(chain.from_iterable(there.values())):
            with open_database(snapshot, read_only=True) as connection:
                judged, places = judgements(connection, ids), earlier_places(self.site.lists, ids)
            pages = CallPages(self.lake, self.site, self.audio, self.reader, judged, places)
            self.faults.extend(pages.write(there))

    def write_coaching(self, agent: AgentRecord) -> Path:
        """Write the sheet of an agent's next coaching session."""
        path = self.site.coaching(agent.agent_id)
        self._writer.write("coaching.html", path, agent.supervisor_id, agent=agent)
        return path

    def write_report(self, connection: Connection, period: Period) -> Path | None:
        """Write the management report of a week or a month; None if it has no calls."""
        report = read_report(connection, period, self.targets, self.language)
        if report is None:
            return None
        path = self.site.report(period.name)
        pdf = path.with_suffix(".pdf")
        self._writer.write(
            "management.html",
            path,
            report=report,
            figure_names=FIGURE_NAMES,
            figure_actions=FIGURE_ACTIONS,
            pdf_name=self.pdf and pdf.name,
        )
        if self.pdf:
            base_url = (
                self.pages_url and f"{self.pages_url.rstrip('/')}/{link(path, self.site.index)}"
            )
            replace_atomically(pdf, pdf_of(path.read_bytes(), base_url))
        else:
            pdf.unlink(missing_ok=True)  # its figures would differ from those of the page
        return path

    def agent_reader(self, connection: Connection) -> AgentReader:
        """Reads agents' records from a snapshot, in their supervisors' languages."""
        return AgentReader(connection, RuleTexts(self.lake.catalogues()), self.reader, self.faults)

    def reader(self, supervisor_id: str) -> str:
        """The language of a supervisor."""
        return self.readers.get(supervisor_id, self.language)

    def _write_dictionary(self, connection: Connection) -> None:
        page = self.site.dictionary
        overview = link(self.site.index, page)
        content = dictionary_page(read_relations(connection), self.reader(""), overview)
        page.parent.mkdir(parents=True, exist_ok=True)
        replace_atomically(page, content)

    def _night_pages(self) -> NightPages:
        return NightPages(
            lake=self.lake,
            site=self.site,
            audio=self.audio,
            reader=self.reader,
            pages_url=self.pages_url,
            faults=self.faults,
            locate=self.locate,
            listed=self.listed,
            audience=self.audience,
        )

    def _write_agents(self, agents: Sequence[AgentRecord]) -> list[AgentRecord]:
        """Write the pages of agents; returns those who have one, and to whom others can link."""
        written = []
        for agent in agents:
            path = self.site.agent(agent.agent_id)
            with self.faults.isolated(path.relative_to(self.site.root).as_posix()):
                self.write_coaching(agent)
                self._writer.write("agent.html", path, agent.supervisor_id, agent=agent)
                written.append(agent)
        return written

    def _write_teams(self, connection: Connection, agents: Sequence[AgentRecord]) -> None:
        work, service = workloads(connection), ServiceReader(connection, by_team=True)
        for name, members in groupby(agents, key=lambda agent: agent.team):
            of_team = list(members)
            with self.faults.isolated(self.site.team(name).relative_to(self.site.root).as_posix()):
                self._write_team(connection, of_team, work.get(name, Workload()), service.of(name))

    def _write_team(
        self,
        connection: Connection,
        of_team: Sequence[AgentRecord],
        workload: Workload,
        service: Service,
    ) -> None:
        first = of_team[0]
        language = self.reader(first.supervisor_id)
        self._writer.write(
            "team.html",
            self.site.team(first.team),
            first.supervisor_id,
            team=team_record(connection, first.team, first.last_date, workload, language),
            agents=of_team,
            service=service,
            signal_names=SIGNAL_NAMES,
        )

    @property
    def _writer(self) -> PageWriter:
        return PageWriter(self.site, self.reader)


def _periods(days: Iterable[date]) -> list[Period]:
    """The weeks and months of some days."""
    periods = {period for day in days for period in (week_of(day), month_of(day))}
    return sorted(periods, key=lambda period: period.name)
