"""An index of the lake: which results there are of a call, and in which part each is.

It is a SQLite file beside the manifests, derived from them and from the parts: a run looks up the
calls of its night without reading those of other nights. It may be deleted at any time. A day whose
manifest has grown is read on from where it was left, and a day whose manifest is another file is
read again, so that the index also follows restored backups.
"""

from __future__ import annotations

import os
import sqlite3
from collections import defaultdict
from contextlib import contextmanager
from datetime import date
from typing import TYPE_CHECKING, Any, NamedTuple

from warehouse.lake.index.refresh import refresh

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator
    from pathlib import Path

_WAIT_S = 600.0
_AT_ONCE = 500  # values in one query

CURRENT = (
    "commit_no = (select max(commit_no) from result as other where other.call_id = result.call_id)"
)
"""The newest result of each call."""


class Key(NamedTuple):
    """Where a result is."""

    call_id: str
    commit_no: int


class Place(NamedTuple):
    """A result, the day of its call, and whether it was restricted then."""

    call_id: str
    call_date: date
    commit_no: int
    restricted: bool


class LakeIndex:
    """The index of one lake; every method looks at the state of the manifests first."""

    def __init__(self, root: Path) -> None:
        """Use the index of a lake's folder; it is written by the first query."""
        self._root = root
        self.path = root / "index.sqlite"

    @contextmanager
    def fresh(self) -> Iterator[sqlite3.Connection]:
        """A connection to the index as the manifests are now.

        Raises:
            LakeError: A manifest or a part that it has to read is damaged.
        """
        connection = self.open()
        try:
            yield connection
        finally:
            connection.close()

    def open(self) -> sqlite3.Connection:
        """Like `fresh`, for callers that close the connection themselves."""
        connection = self._connected()
        try:
            refresh(connection, self._root)
        except sqlite3.DatabaseError as error:
            connection.close()
            if isinstance(error, sqlite3.OperationalError):
                raise
            self.path.unlink(missing_ok=True)  # damaged: it holds nothing that is not elsewhere
            connection = self._connected()
            refresh(connection, self._root)
        except BaseException:
            connection.close()
            raise
        return connection

    def days(self) -> dict[date, str]:
        """A hash of the valid parts of each day, oldest day first."""
        with self.fresh() as connection:
            rows = connection.execute("select call_date, state_sha256 from day order by call_date")
            return {date.fromisoformat(day): state for day, state in rows}

    def last_commit_no(self) -> int:
        """Number of the last commit; 0 in an empty lake."""
        with self.fresh() as connection:
            (last,) = connection.execute("select max(last_commit_no) from day").fetchone()
            return last or 0

    def count_since(self, commit_no: int) -> int:
        """Number of calls with a result of a later commit."""
        with self.fresh() as connection:
            sql = "select count(distinct call_id) from result where commit_no > ?"
            (count,) = connection.execute(sql, [commit_no]).fetchone()
            return int(count)

    def current(
        self, call_ids: Collection[str] | None, days: Collection[date] | None
    ) -> Iterator[tuple[date, list[Key]]]:
        """The current results by day, oldest day first, of all or some calls and days.

        Without `call_ids`, the calls of one day are in memory at a time.
        """
        with self.fresh() as connection:
            if call_ids is None:
                found = connection.execute("select call_date from day order by call_date")
                for day in [date.fromisoformat(day) for (day,) in found]:
                    if days is None or day in days:
                        yield day, _current_of_day(connection, day)
                return
            by_day: dict[date, list[Key]] = defaultdict(list)
            sql = "select call_date, call_id, max(commit_no) from result where call_id in ({})"
            for name, call_id, commit_no in _in_portions(
                connection, f"{sql} group by call_id", call_ids
            ):
                by_day[date.fromisoformat(name)].append(Key(call_id, commit_no))
        for day, keys in sorted(by_day.items()):
            if days is None or day in days:
                yield day, keys

    def days_of(self, call_ids: Collection[str]) -> dict[str, set[date]]:
        """Every day on which results of these calls were stored; a correction may move a call."""
        found: dict[str, set[date]] = defaultdict(set)
        with self.fresh() as connection:
            sql = "select distinct call_id, call_date from result where call_id in ({})"
            for call_id, day in _in_portions(connection, sql, call_ids):
                found[call_id].add(date.fromisoformat(day))
        return found

    def restricted(self) -> list[Place]:
        """Every result of the calls that are restricted now, whatever they were before."""
        with self.fresh() as connection:
            rows = connection.execute(
                "select call_id, call_date, commit_no, restricted from result where call_id in"
                f" (select call_id from result where restricted and {CURRENT})"
            )
            return [
                Place(call_id, date.fromisoformat(day), commit_no, bool(restricted))
                for call_id, day, commit_no, restricted in rows
            ]

    def commits_of(self, call_ids: Collection[str]) -> set[int]:
        """The commits with a result of any of these calls."""
        with self.fresh() as connection:
            sql = "select distinct commit_no from result where call_id in ({})"
            return {number for (number,) in _in_portions(connection, sql, call_ids)}

    def _connected(self) -> sqlite3.Connection:
        # Readers without write access, and lakes without a commit, get an index in memory.
        is_kept = os.access(self._root, os.W_OK) and (self._root / "manifest").is_dir()
        connection = sqlite3.connect(
            self.path if is_kept else ":memory:",
            timeout=_WAIT_S,
            isolation_level=None,
            check_same_thread=False,
        )
        connection.execute("pragma synchronous = normal")
        return connection


def _current_of_day(connection: sqlite3.Connection, day: date) -> list[Key]:
    rows = connection.execute(
        f"select call_id, commit_no from result where call_date = ? and {CURRENT} order by call_id",
        [str(day)],
    )
    return [Key(*row) for row in rows]


def _in_portions(
    connection: sqlite3.Connection, sql: str, values: Collection[str]
) -> Iterator[tuple[Any, ...]]:
    """The rows of a query for each of many values."""
    wanted = list(values)
    for first in range(0, len(wanted), _AT_ONCE):
        some = wanted[first : first + _AT_ONCE]
        yield from connection.execute(sql.format(", ".join("?" * len(some))), some)
