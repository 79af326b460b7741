"""How many recordings contain a security code: one count for every page."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from warehouse.reports.site.rows import rows_of

if TYPE_CHECKING:
    from datetime import date

    import duckdb

_CODES = """
select
    count(*) filter (where is_cvv_heard) as heard,
    count(*) filter (where not is_cvv_heard) as precaution
from mart.pci_evidence
inner join core.call using (call_date, call_id)
where
    call_date between coalesce($first_date, call_date) and coalesce($last_date, call_date)
    and restricted = coalesce($restricted, restricted)
"""


class CodeCounts(NamedTuple):
    """Recordings with a security code: heard, or digits masked as one only as a precaution."""

    heard: int
    precaution: int


def code_counts(
    connection: duckdb.DuckDBPyConnection,
    first_date: date | None = None,
    last_date: date | None = None,
    *,
    restricted: bool | None = None,
) -> CodeCounts:
    """How many recordings contain a security code.

    Args:
        connection: A connection to a snapshot.
        first_date: First day of the calls; None for all.
        last_date: Last day of the calls; None for all.
        restricted: Whether to count restricted calls or the others; None for both.
    """
    of_calls = {"first_date": first_date, "last_date": last_date, "restricted": restricted}
    (counts,) = rows_of(connection, _CODES, **of_calls)
    return CodeCounts(**counts)
