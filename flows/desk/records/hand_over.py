"""What people did at the desk, handed over to the lake by each run.

Rows that the lake has already are not written again, so a lake that was restored from an older
backup is completed, and a night without decisions adds nothing. Rows of calls that the lake does
not have any more, such as erased ones, stay out of it.
"""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from pydantic import ValidationError

from flows.desk.records import disputes, follow_ups, reviews
from flows.desk.records.calibration import sessions
from flows.desk.records.coaching_sessions import work as coaching
from warehouse.lake.upload_records import KINDS

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator, Sequence

    from sqlalchemy.orm import Session

    from flows.desk.records.database import Database
    from warehouse.lake.lake import Lake
    from warehouse.lake.upload import Upload
    from warehouse.lake.upload_store import Recorded

SOURCES: dict[str, Callable[[Session], Iterator[Callable[[], Upload]]]] = {
    "reviews": reviews.uploads,
    "disputes": disputes.uploads,
    "sessions": coaching.session_uploads,
    "commitments": coaching.commitment_uploads,
    "follow-ups": follow_ups.uploads,
    "calibrations": sessions.uploads,
}
"""What each kind of upload is read from."""


class HandedOver(NamedTuple):
    """What became of the rows, by kind of upload.

    Attributes:
        kept: Kinds with new or changed rows.
        refused: Numbers of rows that the warehouse does not take; the others are kept all the same.
    """

    kept: dict[str, Recorded]
    refused: dict[str, int]


def hand_over(database: Database, lake: Lake) -> HandedOver:
    """Record in the lake what it does not have yet.

    Args:
        database: The records of the desk.
        lake: The lake.
    """
    with database.reading() as session:
        found = {kind: _read(rows(session)) for kind, rows in SOURCES.items()}
    kept = {}
    for kind, (records, _) in found.items():
        table = KINDS[kind].table
        if new := _unknown(lake, table, _of_calls(lake, records)):
            kept[kind] = lake.uploads.add(table, new)
    return HandedOver(kept, {kind: count for kind, (_, count) in found.items() if count})


def _read(rows: Iterable[Callable[[], Upload]]) -> tuple[list[Upload], int]:
    """The rows, and how many the warehouse does not take, such as one with a long number."""
    taken: list[Upload] = []
    refused = 0
    for row in rows:
        try:
            taken.append(row())
        except ValidationError:
            refused += 1
    return taken, refused


def _of_calls(lake: Lake, records: list[Upload]) -> list[Upload]:
    """The records about calls that the lake has, or about none."""
    named = {call_id for one in records if (call_id := getattr(one, "call_id", None))}
    known = {None, *lake.index.days_of(named)}
    return [one for one in records if getattr(one, "call_id", None) in known]


def _unknown(lake: Lake, table: str, records: Sequence[Upload]) -> list[Upload]:
    """The records of which the lake has no equal row."""
    frame = lake.uploads.frame(table)
    there = set(frame.rows())
    columns = frame.columns
    return [one for one in records if tuple(getattr(one, name) for name in columns) not in there]
