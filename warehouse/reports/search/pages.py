"""The search over the redacted transcripts: a page, and a script of data for each day.

Pages on a file share may load scripts but read no other files, so the data are scripts. The page
loads those of the chosen days only when somebody searches. Restricted calls are only in those of
people who may see them.
"""

from __future__ import annotations

import json
from typing import TYPE_CHECKING, Any, NamedTuple

from warehouse.audio_folder import call_file_stem
from warehouse.files import replace_atomically
from warehouse.reports.site.rows import rows_of
from warehouse.reports.site.terms import value_name
from warehouse.reports.site.translation import language
from warehouse.reports.site.writer import PageWriter
from warehouse.sql_files import sql_of

if TYPE_CHECKING:
    from collections.abc import Callable, Sequence
    from datetime import date

    from warehouse.reports.site.faults import PageFaults
    from warehouse.reports.site.layout import Site
    from warehouse.snapshot.connection import Connection

DAYS = 92
"""Number of days with calls that can be searched, the latest ones."""

SEARCHED_DAYS = 7
"""Number of days that are searched unless the reader chooses others."""

_FORMAT = 1
"""Increased when the scripts change, so that all are written again."""

_TYPES = "select distinct pii_type from core.pii_type order by pii_type"


class SearchDay(NamedTuple):
    """A day that can be searched: its calls, and a hash of their state."""

    call_date: date
    call_count: int
    state: str


class SearchPages(NamedTuple):
    """Writes the search page and its data.

    Attributes:
        site: Where they are.
        reader: Returns the language of a supervisor; an empty id stands for shared pages.
        time_zone: The site's time zone.
        faults: Collects what cannot be written.
    """

    site: Site
    reader: Callable[[str], str]
    time_zone: str
    faults: PageFaults

    def write(self, connection: Connection) -> None:
        """Write the page, and the data of the days that have changed."""
        rows = rows_of(connection, sql_of(__file__, "days"), days=DAYS)
        days = [SearchDay(**row) for row in rows]
        self.site.search_data.mkdir(parents=True, exist_ok=True)
        for day in days:
            with self.faults.isolated(f"search of {day.call_date}"):
                self._write_day(connection, day)
        wanted = {self.site.search_day(day.call_date) for day in days}
        for file in self.site.search_data.glob("*.js"):
            if file not in wanted:
                file.unlink()
        self._write_page(connection, days)

    def _write_day(self, connection: Connection, day: SearchDay) -> None:
        """Write the script of a day, unless it shows the same state."""
        path = self.site.search_day(day.call_date)
        head = f"// {_FORMAT} {self.time_zone} {day.state}\n".encode()
        if path.exists():
            with path.open("rb") as file:
                if file.readline() == head:
                    return
            path.unlink()  # it may have a call that must not be found any more
        rows = rows_of(
            connection, sql_of(__file__, "calls"), day=day.call_date, zone=self.time_zone
        )
        replace_atomically(path, head + _script(day.call_date, rows))

    def _write_page(self, connection: Connection, days: Sequence[SearchDay]) -> None:
        locale = language(self.reader(""))
        first_date = days[-1].call_date if days else None
        types = [row["pii_type"] for row in rows_of(connection, _TYPES)]
        agents = rows_of(connection, sql_of(__file__, "agents"), first_date=first_date)
        PageWriter(self.site, self.reader).write(
            "search.html",
            self.site.search,
            days=days,
            call_count=sum(day.call_count for day in days),
            day_names={str(day.call_date): locale.day(day.call_date) for day in days},
            first_chosen=days[:SEARCHED_DAYS][-1].call_date if days else None,
            agents=agents,
            teams={agent["team"] for agent in agents},
            type_names={one: locale.text(value_name(one)) for one in types},
        )


def _script(day: date, rows: Sequence[dict[str, Any]]) -> bytes:
    """A script that hands the calls of a day to the page."""
    calls = [[call_file_stem(row["call_id"]), *row.values()] for row in rows]
    data = json.dumps(calls, ensure_ascii=False, separators=(",", ":"))
    return f'callqaDay("{day}",{data});\n'.encode()
