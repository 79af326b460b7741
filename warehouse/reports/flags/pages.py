"""Publication of a night's call pages, flag lists and overview."""

from __future__ import annotations

import re
import shutil
from collections import defaultdict
from dataclasses import dataclass
from datetime import datetime
from typing import TYPE_CHECKING, Any
from zoneinfo import ZoneInfo

from warehouse.files import replace_atomically
from warehouse.reports.calls.human_judgements import judgements
from warehouse.reports.calls.pages import CallPages
from warehouse.reports.calls.security_codes import code_counts
from warehouse.reports.flags.card_data import card_recordings
from warehouse.reports.flags.card_pages import CardPages
from warehouse.reports.flags.first_screen import first_screen
from warehouse.reports.flags.json_file import in_place_of
from warehouse.reports.flags.lists import CAP, SAMPLE_SIZE, FlagLists
from warehouse.reports.flags.open_flags import write_open_flags
from warehouse.reports.flags.originals import Look
from warehouse.reports.flags.places import earlier_places, listed_in, places_in
from warehouse.reports.flags.reader import NightReader
from warehouse.reports.site.layout import link
from warehouse.reports.site.period import period_named
from warehouse.reports.site.rows import rows_of
from warehouse.reports.site.writer import PageWriter
from warehouse.sql_files import sql_of

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
    from datetime import date
    from pathlib import Path

    from warehouse.audio_folder import AudioFolder
    from warehouse.lake.lake import Lake
    from warehouse.reports.agents.records import AgentRecord
    from warehouse.reports.calls.list_place import ListPlace
    from warehouse.reports.flags.lists import FlagListFile
    from warehouse.reports.flags.records import RunNight, SupervisorNight
    from warehouse.reports.site.faults import PageFaults
    from warehouse.reports.site.layout import Site
    from warehouse.snapshot.connection import Connection

_BEGAN = re.compile(r"\d{8}T\d{6}Z")


@dataclass(frozen=True, slots=True, kw_only=True)
class NightPages:
    """Writes the pages of the calls of a snapshot.

    Attributes:
        lake: The lake with the results.
        site: Locations of the pages.
        audio: Folder of the redacted copies.
        reader: Returns the language of a supervisor.
        pages_url: URL of the site, for the links in mails; None for no links.
        faults: Collects what cannot be written.
        locate: Finds the path of a recording by what is kept of it; None if it cannot be told.
        listed: Returns the names in a folder of this machine or of a store by URL.
        audience: Who alone may see the pages; None for everybody who sees the centre's.
    """

    lake: Lake
    site: Site
    audio: AudioFolder
    reader: Callable[[str], str]
    pages_url: str | None
    faults: PageFaults
    locate: Callable[[str], str | None]
    listed: Callable[[str], Iterable[str]]
    audience: str | None = None

    def write(
        self, connection: Connection, name: str, agents: Sequence[AgentRecord] = ()
    ) -> list[FlagListFile]:
        """Write the pages and lists of a snapshot's last run, if they do not exist yet.

        Lists are never overwritten, so that readers find them unchanged. The folder of a night gets
        its name last, so that the next run completes an interrupted one.

        Args:
            connection: A connection to the snapshot.
            name: Name of the night.
            agents: Agents to link in the overview.
        """
        night = NightReader(connection, None, faults=self.faults)
        run, nights = night.run(self.lake), night.supervisors(CAP, SAMPLE_SIZE, self.reader)
        folder = self.site.lists / name
        if not folder.exists():
            self._write_calls(connection, night.calls(), places_in(folder, nights))
            self._write_lists(folder, run, nights)
        lists = self._lists(folder).files(nights)
        links = {file.supervisor_id: link(file.html, self.site.index) for file in lists}
        with self.faults.isolated(self.site.open_flags.name):
            write_open_flags(connection, self.site, self.reader)
        with self.faults.isolated(self.site.index.name):
            self._write_overview(
                run=run,
                lists=[(of, links[of.supervisor_id]) for of in nights if of.supervisor_id in links],
                night_link=link(folder / "index.html", self.site.index),
                agents=agents,
                card_count=self._write_card_data(connection),
                first=first_screen(connection, run),
            )
        return lists

    def rewrite(self, connection: Connection, run_ids: Collection[str]) -> None:
        """Write the lists of earlier runs again, of the calls that the snapshot has now.

        A list of a run has the calls that it evaluated, as they are judged now.
        """
        for folder in sorted(self.site.lists.glob("*")):
            for run_id in run_ids:
                if re.fullmatch(rf"qa-{re.escape(run_id)}(-\d+)?", folder.name):
                    night = NightReader(connection, run_id, faults=self.faults)
                    nights = night.supervisors(CAP, SAMPLE_SIZE, self.reader)
                    listed = {*listed_in(folder), *places_in(folder, nights)}
                    calls = {day: [*listed & {*ids}] for day, ids in night.calls().items()}
                    self._write_lists(folder, night.run(self.lake), nights)
                    # Pages of calls link to the next one of the list.
                    self._write_calls(connection, calls, places_in(folder, nights))

    def _write_lists(
        self, folder: Path, run: RunNight | None, nights: Sequence[SupervisorNight]
    ) -> None:
        draft = folder.with_name(f"{folder.name}.tmp")
        shutil.rmtree(draft, ignore_errors=True)
        self._lists(draft).write(run, nights)
        for earlier in folder.glob("*.json"):  # a list that was sent is not sent again
            if (file := draft / earlier.name).exists():
                replace_atomically(file, in_place_of(file.read_bytes(), earlier.read_bytes()))
        shutil.rmtree(folder, ignore_errors=True)
        draft.rename(folder)

    def _lists(self, folder: Path) -> FlagLists:
        site, audio = self.site, self.audio
        return FlagLists(folder, site, self.reader, self.pages_url, self.faults, audio=audio)

    def _write_calls(
        self,
        connection: Connection,
        calls: Mapping[date, Sequence[str]],
        places: Mapping[str, ListPlace],
    ) -> None:
        """Write the pages of the night's calls, and of calls reviewed since.

        Args:
            connection: A connection to the snapshot.
            calls: The night's calls by day.
            places: The places of calls in the night's lists.
        """
        wanted = defaultdict(set, {day: set(call_ids) for day, call_ids in calls.items()})
        for day, call_id in [*self._judged_since(connection), *self._without_page(connection)]:
            wanted[day].add(call_id)
        judged = judgements(connection, set().union(*wanted.values()))
        others = set().union(*wanted.values()) - set(places)
        places = {**earlier_places(self.site.lists, others), **places}
        pages = CallPages(self.lake, self.site, self.audio, self.reader, judged, places)
        self.faults.extend(pages.write(wanted))
        self._remove_others(connection)

    def _remove_others(self, connection: Connection) -> None:
        """Remove pages of the calls at other paths, from before their metadata were corrected."""
        for place in rows_of(connection, sql_of(__file__, "places")):
            call_id, call_date = place["call_id"], place["call_date"]
            if not place["is_current"]:
                self.site.call(call_id, call_date).unlink(missing_ok=True)

    def _judged_since(self, connection: Connection) -> list[tuple[date, str]]:
        """Calls with a review newer than their page."""
        reviewed_at = self.lake.uploads.last_told("review", "call_id")
        rows = rows_of(connection, sql_of(__file__, "reviewed_calls"), calls=list(reviewed_at))
        return [
            (row["call_date"], row["call_id"])
            for row in rows
            if not (page := self.site.call(row["call_id"], row["call_date"])).exists()
            or page.stat().st_mtime < reviewed_at[row["call_id"]].timestamp()
        ]

    def _without_page(self, connection: Connection) -> list[tuple[date, str]]:
        """Calls that an audience may see and that have no page yet, whenever they were."""
        if self.audience is None:
            return []
        rows = connection.execute("select call_date, call_id from core.call").fetchall()
        return [
            (day, call_id) for day, call_id in rows if not self.site.call(call_id, day).exists()
        ]

    def _write_card_data(self, connection: Connection) -> int:
        """Write the pages of card data; returns the number of originals that are not deleted."""
        recordings = card_recordings(
            connection,
            Look(
                record=self.site.deleted_originals,
                today=datetime.now(ZoneInfo(self.lake.time_zone)).date(),
                locate=self.locate,
                listed=self.listed,
            ),
        )
        codes = code_counts(connection)
        CardPages(self.site, self.reader, self.faults).write(recordings, codes)
        return sum(of.original.state != "deleted" for of in recordings)

    def _write_overview(self, **content: Any) -> None:
        index = self.site.index
        nights = sorted(self.site.lists.glob("*/index.html"), reverse=True)
        reports = sorted(self.site.management.glob("*.html"), reverse=True)
        PageWriter(self.site, self.reader).write(
            "overview.html",
            index,
            nights=[
                (self._began_at(page.parent.name), page.parent.name, link(page, index))
                for page in nights
            ],
            reports=[
                (
                    period_named(page.stem),
                    link(page, index),
                    link(pdf, index) if (pdf := page.with_suffix(".pdf")).exists() else None,
                )
                for page in reports
            ],
            card_data=link(self.site.card_data, index),
            open_flags=link(self.site.open_flags, index),
            audience=self.audience,
            **content,
        )

    def _began_at(self, name: str) -> datetime | None:
        """Start of a night in the site's time zone, if its name contains it."""
        began = _BEGAN.search(name)
        if not began:
            return None
        began_at = datetime.strptime(f"{began[0]}+0000", "%Y%m%dT%H%M%SZ%z")
        return began_at.astimezone(ZoneInfo(self.lake.time_zone))
