"""Flags of the last two weeks that nobody has decided, by supervisor."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from warehouse.reports.site.rows import rows_of
from warehouse.reports.site.writer import PageWriter
from warehouse.sql_files import sql_of

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from warehouse.reports.site.layout import Site
    from warehouse.snapshot.connection import Connection

DAYS = 14
"""Older flags are counted and not shown."""

SHOWN = 100
"""Number of flags shown for a supervisor, the most severe first."""


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenFlag:
    """One row of the page; the fields are columns of `mart.open_flag`.

    Attributes:
        rule_title_failed: In the language of the page.
        start_minutes_seconds: Start of the passage to review; None without evidence.
    """

    call_id: str
    call_date: date
    agent_name: str
    queue: str
    rule_title_failed: str
    severity: str
    start_s: float | None
    start_minutes_seconds: str | None
    open_days: int


@dataclass(frozen=True, slots=True, kw_only=True)
class OpenList:
    """What a supervisor has not decided.

    Attributes:
        supervisor_id: The supervisor.
        supervisor_name: Name of the supervisor.
        flags: The most severe first, then those that wait longest; at most `SHOWN`.
        recent_count: All flags of the last `DAYS` days.
        older_count: Flags before them.
    """

    supervisor_id: str
    supervisor_name: str
    flags: tuple[OpenFlag, ...]
    recent_count: int
    older_count: int


def write_open_flags(connection: Connection, site: Site, reader: Callable[[str], str]) -> None:
    """Write what each supervisor has not decided in their language, and all of it on one page."""
    writer, known = PageWriter(site, reader), dict[str, list[OpenList]]()

    def lists_in(language: str) -> list[OpenList]:
        if language not in known:
            known[language] = open_flags(connection, language)
        return known[language]

    undecided = [of for of in lists_in(reader("")) if of.recent_count or of.older_count]
    writer.write("open.html", site.open_flags, lists=undecided, open_for_days=DAYS)
    for number, of in enumerate(lists_in(reader(""))):
        theirs = lists_in(reader(of.supervisor_id))[number]
        page = site.open_flags_of(of.supervisor_id)
        writer.write("open.html", page, of.supervisor_id, lists=[theirs], open_for_days=DAYS)


def open_flags(connection: Connection, language: str) -> list[OpenList]:
    """The undecided flags of each supervisor who ever had a call, with or without such flags.

    Args:
        connection: A connection to a snapshot.
        language: Language of the rules' titles.
    """
    sql = sql_of(__file__, "open_flags")
    rows = rows_of(connection, sql, language=language)
    lists = []
    for (supervisor_id, name), of_one in groupby(rows, key=_supervisor):
        theirs = [row for row in of_one if row["call_id"] is not None]
        recent = [OpenFlag(**row) for row in theirs if row["open_days"] <= DAYS]
        lists.append(
            OpenList(
                supervisor_id=supervisor_id,
                supervisor_name=name,
                flags=tuple(recent[:SHOWN]),
                recent_count=len(recent),
                older_count=len(theirs) - len(recent),
            )
        )
    return lists


def _supervisor(row: dict[str, Any]) -> tuple[str, str]:
    return row.pop("supervisor_id"), row.pop("supervisor_name")
