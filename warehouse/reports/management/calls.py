"""The calls that show a challenge, for the links of the management report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from warehouse.reports.management.records import ShownCall
from warehouse.reports.site.rows import rows_of
from warehouse.sql_files import sql_of

if TYPE_CHECKING:
    from warehouse.snapshot.connection import Connection

_CALLS_SHOWN = 3


def figure_calls(connection: Connection, name: str) -> tuple[ShownCall, ...]:
    """The calls that weigh most on a figure; none for figures that are not of single calls."""
    sql = sql_of(__file__, "figure_calls")
    rows = rows_of(connection, sql, name=name, calls_shown=_CALLS_SHOWN)
    return tuple(ShownCall(**row) for row in rows)


def answered_calls(
    connection: Connection, title: str, *, team: str = "", agent_id: str = ""
) -> tuple[ShownCall, ...]:
    """The latest calls in which a question was answered no, of all or of one team or agent."""
    of = {"title": title, "team": team, "agent_id": agent_id}
    rows = rows_of(connection, sql_of(__file__, "answered_calls"), **of, calls_shown=_CALLS_SHOWN)
    return tuple(ShownCall(**row) for row in rows)
