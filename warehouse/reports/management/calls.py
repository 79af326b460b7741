"""The calls that show a challenge, for the links of the management report."""

from __future__ import annotations

from typing import TYPE_CHECKING

from warehouse.reports.management.records import ShownCall
from warehouse.reports.site.rows import rows_of
from warehouse.sql_files import sql_of

if TYPE_CHECKING:
    from warehouse.reports.management.records import Figure
    from warehouse.snapshot.connection import Connection

_CALLS_SHOWN = 3


def figure_calls(connection: Connection, figure: Figure) -> tuple[ShownCall, ...]:
    """The calls that weigh most on a figure."""
    rows = rows_of(
        connection,
        sql_of(__file__, "figure_calls"),
        name=figure.name,
        first_date=figure.of and figure.of.first_date,
        last_date=figure.of and figure.of.last_date,
        calls_shown=_CALLS_SHOWN,
    )
    return tuple(ShownCall(**row) for row in rows)


def rule_calls(connection: Connection, rule_id: str, outcome: str) -> tuple[ShownCall, ...]:
    """The latest calls in which a rule had an outcome."""
    of = {"rule_id": rule_id, "outcome": outcome}
    rows = rows_of(connection, sql_of(__file__, "rule_calls"), **of, calls_shown=_CALLS_SHOWN)
    return tuple(ShownCall(**row) for row in rows)


def answered_calls(
    connection: Connection, title: str, *, team: str = "", agent_id: str = ""
) -> tuple[ShownCall, ...]:
    """The latest calls in which a question was answered no, of all or of one team or agent."""
    of = {"title": title, "team": team, "agent_id": agent_id}
    rows = rows_of(connection, sql_of(__file__, "answered_calls"), **of, calls_shown=_CALLS_SHOWN)
    return tuple(ShownCall(**row) for row in rows)
