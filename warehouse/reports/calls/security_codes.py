"""How many recordings contain a security code: one count for every page."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from warehouse.reports.site.rows import rows_of
from warehouse.sql_files import sql_of

if TYPE_CHECKING:
    from datetime import date

    from warehouse.snapshot.connection import Connection


class CodeCounts(NamedTuple):
    """Recordings with a security code: heard, or digits masked as one only as a precaution."""

    heard: int
    precaution: int


def code_counts(
    connection: Connection, first_date: date | None = None, last_date: date | None = None
) -> CodeCounts:
    """How many recordings contain a security code.

    Args:
        connection: A connection to a snapshot.
        first_date: First day of the calls; None for all.
        last_date: Last day of the calls; None for all.
    """
    of_calls = {"first_date": first_date, "last_date": last_date}
    (counts,) = rows_of(connection, sql_of(__file__, "security_codes"), **of_calls)
    return CodeCounts(**counts)
