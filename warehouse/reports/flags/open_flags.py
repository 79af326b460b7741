"""Flags of the last two weeks that nobody has decided, by supervisor."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import groupby
from typing import TYPE_CHECKING, Any

from warehouse.reports.site.rows import rows_of
from warehouse.sql_files import sql_of

if TYPE_CHECKING:
    from datetime import date

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
        supervisor_name: Name of the supervisor.
        flags: The most severe first, then those that wait longest; at most `SHOWN`.
        recent_count: All flags of the last `DAYS` days.
        older_count: Flags before them.
    """

    supervisor_name: str
    flags: tuple[OpenFlag, ...]
    recent_count: int
    older_count: int


def open_flags(connection: Connection, language: str, *, restricted: bool) -> list[OpenList]:
    """The undecided flags of each supervisor who has any.

    Args:
        connection: A connection to a snapshot.
        language: Language of the rules' titles.
        restricted: Whether to read restricted calls instead of the others.
    """
    sql = sql_of(__file__, "open_flags")
    rows = rows_of(connection, sql, language=language, restricted=restricted)
    lists = []
    for (_, name), of_one in groupby(rows, key=_supervisor):
        theirs = list(of_one)
        recent = [OpenFlag(**row) for row in theirs if row["open_days"] <= DAYS]
        lists.append(
            OpenList(
                supervisor_name=name,
                flags=tuple(recent[:SHOWN]),
                recent_count=len(recent),
                older_count=len(theirs) - len(recent),
            )
        )
    return lists


def _supervisor(row: dict[str, Any]) -> tuple[str, str]:
    return row.pop("supervisor_id"), row.pop("supervisor_name")
