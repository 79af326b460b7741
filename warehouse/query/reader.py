"""Ask a published snapshot anything, without being able to change it or to reach beyond it."""

from __future__ import annotations

from contextlib import contextmanager
from difflib import get_close_matches
from typing import TYPE_CHECKING, Any, NamedTuple

import duckdb

from warehouse.errors import QueryError
from warehouse.query.dictionary import COLUMNS, RELATIONS
from warehouse.snapshot.connection import open_database
from warehouse.snapshot.publish import current_snapshot
from warehouse.snapshot.search_index import load_stemmer

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping
    from pathlib import Path

    import pyarrow as pa

_BATCH = 10_000


class Rows(NamedTuple):
    """What a query returned.

    Attributes:
        columns: Names of the columns.
        rows: The rows, read as they are iterated over.
    """

    columns: tuple[str, ...]
    rows: Iterator[tuple[Any, ...]]


class Snapshot:
    """A published snapshot, open for questions.

    Args:
        connection: To the file, which cannot be written through it.
    """

    def __init__(self, connection: duckdb.DuckDBPyConnection) -> None:
        self._connection = connection

    def ask(self, sql: str, values: Mapping[str, Any] | None = None) -> Rows:
        """The rows of a query.

        Args:
            sql: One statement; it may read the snapshot alone, no other file.
            values: What its `$name` stand for.

        Raises:
            QueryError: The statement is wrong, or wants to change something.
        """
        with _as_query_error():
            cursor = self._connection.cursor().execute(sql, values)
            return Rows(tuple(name for name, *_ in cursor.description or ()), _rows_of(cursor))

    def batches(self, sql: str) -> pa.RecordBatchReader:
        """The rows of a query as Arrow batches.

        Raises:
            QueryError: The statement is wrong, or wants to change something.
        """
        with _as_query_error():
            return self._connection.cursor().execute(sql).to_arrow_reader(_BATCH)

    def relations(self) -> dict[str, str]:
        """What one row of each relation is."""
        return dict(self.ask(RELATIONS).rows)

    def columns(self, relation: str) -> list[tuple[str, str, str]]:
        """Name, type and meaning of a relation's columns.

        Raises:
            QueryError: There is no such relation; names the nearest.
        """
        self.check(relation)
        return list(self.ask(COLUMNS, {"relation": relation}).rows)

    def check(self, relation: str) -> None:
        """Make sure that a relation is there.

        Raises:
            QueryError: There is no such relation; names the nearest.
        """
        known = self.relations()
        if relation not in known:
            near = get_close_matches(relation, known, n=1, cutoff=0.3)
            hint = f" Did you mean {near[0]}?" if near else ""
            raise QueryError(f"There is no {relation}.{hint} `callqa tables` names them all.")


@contextmanager
def open_snapshot(folder: Path) -> Iterator[Snapshot]:
    """Open the snapshot that people read now.

    Raises:
        QueryError: None was published yet.
    """
    path = current_snapshot(folder)
    if path is None or not path.exists():
        raise QueryError(f"There is no snapshot in {folder} yet; `callqa run` makes one.")
    with open_database(path, read_only=True) as connection:
        load_stemmer(connection)  # before nothing outside may be read any more
        # Columns called _at are told in UTC, and a query reads nothing but its snapshot.
        connection.execute("set global timezone = 'UTC'")
        connection.execute("set enable_external_access = false")
        connection.execute("set lock_configuration = true")
        yield Snapshot(connection)


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
