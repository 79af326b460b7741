"""Read-only queries on a published snapshot, without access to other files."""

from __future__ import annotations

from contextlib import contextmanager
from decimal import Decimal
from difflib import get_close_matches
from threading import Lock, Timer
from types import NoneType
from typing import TYPE_CHECKING, Any, NamedTuple

import duckdb

from warehouse.errors import QueryError, UnpublishedError
from warehouse.snapshot.connection import cursor_of, is_locked, open_database
from warehouse.snapshot.publish import current_snapshot
from warehouse.snapshot.search_index import load_stemmer
from warehouse.sql_files import sql_of

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence
    from pathlib import Path

    import pyarrow as pa

_BATCH = 10_000


class Rows(NamedTuple):
    """The result of a query.

    Attributes:
        columns: Column names.
        rows: Iterator over the rows, which are read lazily.
    """

    columns: tuple[str, ...]
    rows: Iterator[tuple[Any, ...]]


class Snapshot:
    """An open published snapshot.

    Args:
        connection: A read-only connection to the file.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection
        self._lock = Lock()

    def ask(self, sql: str, values: Mapping[str, Any] | None = None) -> Rows:
        """The rows of a query.

        Args:
            sql: One statement, which cannot read other files.
            values: Values of its parameters `$name`.

        Raises:
            QueryError: The statement is invalid or not read-only.
        """
        with _as_query_error():
            cursor = self._cursor().execute(sql, values)
            return Rows(tuple(name for name, *_ in cursor.description or ()), _rows_of(cursor))

    def batches(self, sql: str) -> pa.RecordBatchReader:
        """The rows of a query as Arrow batches.

        Raises:
            QueryError: The statement is invalid or not read-only.
        """
        with _as_query_error():
            return self._cursor().execute(sql).to_arrow_reader(_BATCH)

    def number(self, sql: str, longest_s: float) -> float | None:
        """The one number of a query; None for null, or where there is no row.

        Args:
            sql: One statement, as in `ask`.
            longest_s: How long it may take.

        Raises:
            QueryError: The statement is invalid or not read-only, takes too long or gives something
                else. The message contains words of the statement, and none of the data.
        """
        cursor = self._cursor()
        timer = Timer(longest_s, cursor.interrupt)
        timer.start()
        try:
            rows = cursor.execute(sql).fetchmany(2)
        except duckdb.InterruptException:
            raise QueryError(f"it takes more than {longest_s:g} s") from None
        except duckdb.Error as error:
            raise QueryError(_without_data(error)) from None
        finally:
            timer.cancel()
        return _one_number(rows)

    def relations(self) -> dict[str, str]:
        """The meaning of a row of each relation."""
        return dict(self.ask(sql_of(__file__, "relations")).rows)

    def columns(self, relation: str) -> list[tuple[str, str, str]]:
        """Name, type and meaning of a relation's columns.

        Raises:
            QueryError: The relation does not exist; suggests a similar name.
        """
        self.check(relation)
        return list(self.ask(sql_of(__file__, "columns"), {"relation": relation}).rows)

    def check(self, relation: str) -> None:
        """Check that a relation exists.

        Raises:
            QueryError: The relation does not exist; suggests a similar name.
        """
        known = self.relations()
        if relation not in known:
            near = get_close_matches(relation, known, n=1, cutoff=0.3)
            hint = f" Did you mean {near[0]}?" if near else ""
            raise QueryError(f"There is no {relation}.{hint} `callqa tables` lists them.")

    def _cursor(self) -> duckdb.DuckDBPyConnection:
        """A cursor of its own for each query; threads may ask at once, a connection may not."""
        with self._lock:
            return cursor_of(self._connection)


def newest_snapshot(folder: Path) -> Path:
    """The newest published snapshot.

    Raises:
        UnpublishedError: Nothing has been published yet.
    """
    path = current_snapshot(folder)
    if path is None or not path.exists():
        raise UnpublishedError(f"There is no snapshot in {folder} yet; begin with `callqa run`.")
    return path


@contextmanager
def open_snapshot(folder: Path) -> Iterator[Snapshot]:
    """Open the newest published snapshot.

    Raises:
        UnpublishedError: Nothing has been published yet.
    """
    with open_database(newest_snapshot(folder), read_only=True) as connection:
        if not is_locked(connection):
            load_stemmer(connection)  # before access to other files is disabled
            # Columns named _at are shown in UTC, and queries can only read the snapshot.
            connection.execute("set global timezone = 'UTC'")
            connection.execute("set enable_external_access = false")
            connection.execute("set lock_configuration = true")
        yield Snapshot(connection)


_OF_THE_STATEMENT = (duckdb.ParserException, duckdb.BinderException, duckdb.CatalogException)
"""Errors that are found before a row is read."""


def _without_data(error: duckdb.Error) -> str:
    """An error in one line; only its type where its message may quote a value."""
    if isinstance(error, _OF_THE_STATEMENT):
        return " ".join(str(error).split())
    return f"{type(error).__name__}, of which `callqa sql` says more"


def _one_number(rows: Sequence[Sequence[Any]]) -> float | None:
    """The cell of a table of one cell, or of no row."""
    if not rows:
        return None
    if len(rows) > 1 or len(rows[0]) > 1:
        raise QueryError("it gives more than one row or column")
    value = rows[0][0]
    if isinstance(value, bool) or not isinstance(value, (int, float, Decimal, NoneType)):
        raise QueryError(f"it gives a value of the type {type(value).__name__}")
    return None if value is None else float(value)


def _rows_of(cursor: duckdb.DuckDBPyConnection) -> Iterator[tuple[Any, ...]]:
    while True:
        with _as_query_error():
            batch = cursor.fetchmany(_BATCH)
        if not batch:
            return
        yield from batch


@contextmanager
def _as_query_error() -> Iterator[None]:
    try:
        yield
    except duckdb.Error as error:
        raise QueryError(str(error)) from None
