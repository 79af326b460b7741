"""Rules that missed their target or mostly returned cannot_tell, read from a snapshot."""

from __future__ import annotations

from typing import TYPE_CHECKING

from warehouse.reports.agents.records import Clip
from warehouse.reports.management.calls import rule_calls
from warehouse.reports.management.records import Point
from warehouse.reports.site.rows import rows_of
from warehouse.sql_files import sql_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    from warehouse.snapshot.connection import Connection

MOST_POINTS = 4
"""Maximum number of rules of one kind in a report."""

_CLIPS_SHOWN = 3


def missed_rules(connection: Connection, bound: float) -> Iterator[Point]:
    """Rules whose share of passes is significantly below a bound, the most severe first.

    The subject is what fails, and the figures are shares of failures.
    """
    for row in rows_of(connection, sql_of(__file__, "missed_rules"), bound=bound)[:MOST_POINTS]:
        places = rows_of(
            connection,
            sql_of(__file__, "failed_calls"),
            rule_id=row.pop("rule_id"),
            clips_shown=_CLIPS_SHOWN,
        )
        yield Point(kind="rule_missed", **row, clips=tuple(Clip(**place) for place in places))


def unclear_rules(connection: Connection) -> Iterator[Point]:
    """Rules that mostly returned cannot_tell."""
    for row in rows_of(connection, sql_of(__file__, "unclear_rules"))[:MOST_POINTS]:
        calls = rule_calls(connection, row.pop("rule_id"), "cannot_tell")
        yield Point(kind="rule_unclear", **row, calls=calls)
