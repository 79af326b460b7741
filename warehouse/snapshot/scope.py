"""Which calls of the lake a snapshot has: the restricted ones, or all others.

A call is restricted if its current result says so; then its older results are, too.
"""

from __future__ import annotations

from collections import Counter
from typing import TYPE_CHECKING

import polars as pl

from warehouse.lake.parquet import rows_of_parts
from warehouse.snapshot.connection import open_database

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from datetime import date
    from pathlib import Path

    import duckdb

    from models.call import Quarantined
    from warehouse.lake.lake import Lake
    from warehouse.lake.manifest import Part
    from warehouse.lake.records import StoredRun

_OTHERS = "from (select distinct call_id from meta.lineage) {} join restricted_call using (call_id)"


class Scope:
    """The restricted calls of a lake, or all others.

    Attributes:
        restricted: Whether the scope has the restricted calls.
        call_ids: The restricted calls.
        run_id: The last run of the lake; None before the first.
    """

    def __init__(self, lake: Lake, *, restricted: bool = False) -> None:
        """Look up which calls are restricted now."""
        self.restricted = restricted
        runs = lake.runs()
        self.run_id = runs[-1].run.run_id if runs else None
        self._lake = lake
        self._results = lake.index.restricted()
        self.call_ids = frozenset(one.call_id for one in self._results)
        self._by_part = Counter((one.call_date, one.commit_no) for one in self._results)
        self._by_commit = Counter(one.commit_no for one in self._results)

    def tell(self, connection: duckdb.DuckDBPyConnection) -> None:
        """Create the temporary table `restricted_call`."""
        frame = pl.DataFrame({"call_id": sorted(self.call_ids)}, {"call_id": pl.String})
        connection.register("restricted_ids", frame)
        connection.execute("create or replace temp table restricted_call as from restricted_ids")
        connection.unregister("restricted_ids")

    def lacks_calls_of(self, snapshot: Path) -> bool:
        """Whether a snapshot has calls that are not in the scope, or no longer."""
        join = "anti" if self.restricted else "semi"
        with open_database(snapshot, read_only=True) as connection:
            self.tell(connection)
            others = connection.execute(f"{_OTHERS.format(join)} limit 1")
            return others.fetchone() is not None

    def count_of(self, call_date: date, part: Part) -> int:
        """Number of results of a part that are in the scope."""
        restricted = self._by_part[call_date, part.commit_no]
        return restricted if self.restricted else part.files["call"].row_count - restricted

    def of_calls(self, frame: pl.DataFrame) -> pl.DataFrame:
        """The rows of an upload that are about calls of the scope, or about no call."""
        if "call_id" not in frame.columns or not (self.call_ids or self.restricted):
            return frame
        about = pl.col("call_id").is_in(list(self.call_ids)).fill_null(value=False)
        if "contact_id" in frame.columns:
            theirs = pl.col("contact_id").is_in(list(self._contacts()))
            about |= theirs.fill_null(value=False)
        return frame.filter(about == self.restricted)

    def of_runs(self, runs: Sequence[StoredRun]) -> list[StoredRun]:
        """The runs, as if there were no other calls than those of the scope."""
        if not (self.restricted or self.call_ids or any(_restricted_items(runs))):
            return list(runs)
        told, found = 0, []
        for stored in runs:
            theirs = sum(
                count
                for number, count in self._by_commit.items()
                if told < number <= stored.last_commit_no
            )
            told = max(told, stored.last_commit_no)
            found.append(self._of_run(stored, theirs))
        return found

    def _of_run(self, stored: StoredRun, evaluated: int) -> StoredRun:
        """A run with the counts of the scope; `evaluated` are its restricted calls."""
        run = stored.run
        restricted = {
            "evaluated_count": min(evaluated, run.evaluated_count),
            "unchanged_count": run.restricted_unchanged_count,
            "pending_count": run.restricted_pending_count,
        }
        counts = {
            name: count if self.restricted else getattr(run, name) - count
            for name, count in restricted.items()
        }
        items = tuple(item for item in run.quarantined if self._hides(item) == self.restricted)
        seen = sum(counts.values()) + len(items)
        if not self.restricted:
            left_out = sum(restricted.values()) + len(run.quarantined) - len(items)
            seen = run.seen_count - left_out
        judged = min(run.judged_again_count, counts["evaluated_count"])
        counts |= {"seen_count": seen, "judged_again_count": judged}
        return stored.model_copy(
            update={"run": run.model_copy(update={**counts, "quarantined": items})}
        )

    def _hides(self, item: Quarantined) -> bool:
        """Whether an item in quarantine belongs to a restricted call, or names one."""
        return (
            item.restricted
            or item.call_id in self.call_ids
            or any(call_id in item.detail for call_id in self.call_ids)
        )

    def _contacts(self) -> set[str]:
        """The contacts of the restricted calls."""
        found: set[str] = set()
        for part in self._parts():
            rows = rows_of_parts(self._lake.root, [part], "call", ("call_id", "contact_id"))
            theirs = rows.filter(pl.col("call_id").is_in(list(self.call_ids)))
            found |= set(theirs["contact_id"].drop_nulls())
        return found

    def _parts(self) -> Iterator[Part]:
        for day in sorted({call_date for call_date, _ in self._by_part}):
            for part in self._lake.manifest(day).parts:
                if self._by_part[day, part.commit_no]:
                    yield part


def _restricted_items(runs: Iterable[StoredRun]) -> Iterator[bool]:
    return (item.restricted for stored in runs for item in stored.run.quarantined)
