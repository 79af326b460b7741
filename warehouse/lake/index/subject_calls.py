"""What the lake has of some calls, in every result that was ever stored of them."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from warehouse.lake.parquet import rows_of_parts

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from warehouse.lake.lake import Lake

_COLUMNS = (
    "call_id",
    "agent_id",
    "agent_name",
    "customer_ref",
    "contact_id",
    "recording_path",
)
_LEAST_WORDS = 4


@dataclass(frozen=True, slots=True)
class CallOf:
    """One result of a call, with whom it is of.

    Attributes:
        recording_path: What is kept of the path of its recording.
    """

    call_id: str
    agent_id: str
    agent_name: str
    customer_ref: str | None
    contact_id: str | None
    recording_path: str


def calls_where(lake: Lake, is_of: Callable[[CallOf], bool]) -> Iterator[CallOf]:
    """The results for which something holds, also those that newer ones supersede.

    Raises:
        LakeError: A part is damaged.
    """
    for day in lake.days():
        rows = rows_of_parts(lake.root, lake.manifest(day).parts, "call", _COLUMNS)
        for row in rows.select(_COLUMNS).iter_rows(named=True):
            if is_of(call := CallOf(**row)):
                yield call


def own_texts(lake: Lake, call_ids: Collection[str]) -> set[str]:
    """The texts of turns that no other call has, of at least four words."""
    theirs: set[str] = set()
    others: set[str] = set()
    for day in lake.days():
        rows = rows_of_parts(lake.root, lake.manifest(day).parts, "turn", ("call_id", "text"))
        long = rows.filter(pl.col("text").str.count_matches(" ") >= _LEAST_WORDS - 1)
        for call_id, text in long.select("call_id", "text").iter_rows():
            (theirs if call_id in call_ids else others).add(text)
    return theirs - others
