"""Temporary tables of a run: its listed calls, their flags, the previous list."""

from __future__ import annotations

from typing import TYPE_CHECKING

from warehouse.reports.site.rows import rows_of
from warehouse.sql_files import sql_of

if TYPE_CHECKING:
    from datetime import date

    from warehouse.snapshot.connection import Connection

_LISTED = "create or replace temp table listed as from run_call"


def gather_night(connection: Connection, run_id: str | None) -> None:
    """Create the tables.

    Args:
        connection: A connection to a snapshot.
        run_id: The run.
    """
    of_run = {"run_id": run_id}
    connection.execute(sql_of(__file__, "run_call"), of_run)
    connection.execute(_LISTED)
    connection.execute(sql_of(__file__, "night_flags"), of_run)
    connection.execute(sql_of(__file__, "last_list"), of_run)


def listed_days(connection: Connection) -> list[date]:
    """The days that the last run with results has changed.

    These are the days of its calls, and their former days if their metadata were corrected.
    """
    run_id = last_listed_run(connection)
    return [
        row["call_date"]
        for row in rows_of(connection, sql_of(__file__, "listed_days"), run_id=run_id)
    ]


def last_listed_run(connection: Connection) -> str | None:
    """The last run with results; None before the first."""
    row = connection.execute(sql_of(__file__, "last_listed_run")).fetchone()
    return row[0] if row else None
