"""Agreement of a calibration session before its ratings are in the lake.

The SQL of the marts runs on the ratings alone, so that a session's figures are those that the next
snapshot has for it.
"""

from __future__ import annotations

from contextlib import closing
from typing import TYPE_CHECKING, Any, NamedTuple

from warehouse.query.reader import newest_snapshot
from warehouse.snapshot.connection import attach, open_memory
from warehouse.snapshot.relations import macro_sql, relation_sql
from warehouse.snapshot.tables import create_tables
from warehouse.sql_files import sql_of

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from warehouse.lake.upload_records import Calibration

_RELATIONS = ("core.compared_rating", "mart.calibration_rater", "mart.calibration")


class Agreement(NamedTuple):
    """How raters agree with the expert.

    Attributes:
        compared: Rows of `core.compared_rating`.
        raters: Rows of `mart.calibration_rater`.
        subjects: Rows of `mart.calibration`.
    """

    compared: list[dict[str, Any]]
    raters: list[dict[str, Any]]
    subjects: list[dict[str, Any]]


def agreement_of(ratings: Sequence[Calibration], folder: Path) -> Agreement:
    """Compare the ratings of a session with those of its expert.

    Args:
        ratings: Of all raters, the expert among them.
        folder: The published snapshots, of which the newest has weights and titles.

    Raises:
        UnpublishedError: Nothing has been published yet.
    """
    snapshot = newest_snapshot(folder)
    with closing(open_memory()) as connection:
        create_tables(connection)
        attach(connection, snapshot, "published")
        for rating in ratings:
            connection.execute(sql_of(__file__, "calibration_rating"), rating.model_dump())
        for table in ("answer", "rule", "question"):
            connection.execute(f"insert into core.{table} by name from published.core.{table}")
        for sql in macro_sql():
            connection.execute(sql)
        found = []
        for name in _RELATIONS:
            connection.execute(f"create view {name} as {relation_sql()[name]}")
            rows = connection.execute(f"from {name}")
            columns = [column for column, *_ in rows.description or ()]
            found.append([dict(zip(columns, row, strict=True)) for row in rows.fetchall()])
        return Agreement(*found)
