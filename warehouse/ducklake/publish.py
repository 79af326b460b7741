"""Publication of a snapshot as a DuckLake: the same relations, kept in step by what has changed.

Everything happens in one transaction, which ends with the row of `meta.snapshot` that says what the
lake was published from: a publication that is interrupted changes nothing, and the next one
compares again. A changed call is replaced in every table; a small table is replaced as a whole if
it differs. Marts are views: kept as tables, they would be read and written again every time.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from warehouse.ducklake.catalogue import Target, writing
from warehouse.ducklake.text import literal
from warehouse.snapshot.connection import attach
from warehouse.snapshot.publish import current_snapshot
from warehouse.snapshot.relations import TABLES, macro_sql, relation_sql
from warehouse.sql_files import sql_of

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    import duckdb

_BY_CALL = ("call_date", "call_id")
_OF_RESULTS = ("meta.lineage", "meta.raised_flag")
"""Tables of all results of a call, also of superseded ones: compared on the days that changed."""
_OF_CHANGED_DAYS = "where call_date between getvariable('first_date') and getvariable('last_date')"
_CALLS = "select call_date, call_id from changed_call where change ="
_SUPERSEDED = f"(call_date, call_id) in ({_CALLS} 'superseded')"
_ADDED = f"semi join ({_CALLS} 'added') as added using (call_date, call_id)"


def publish(folder: Path, target: Target, *, whole: bool = False) -> bool:
    """Bring a lake in step with the newest snapshot of a folder.

    Args:
        folder: Folder of the published snapshots; there is one.
        target: The lake; created by the first publication.
        whole: Whether to write everything anew, even if it is in step.

    Returns:
        Whether anything was written.

    Raises:
        DuckLakeError: The lake cannot be reached or written; it is as it was.
    """
    with writing(target) as connection:
        # Only now: while it waited, another process may have published a newer one.
        snapshot = current_snapshot(folder)
        assert snapshot is not None, "a snapshot is published before it is copied"
        attach(connection, snapshot, "published")
        known = _origin(connection, "callqa") if _exists(connection) else None
        origin = _origin(connection, "published")
        if known == origin and not whole:
            return False
        is_step = known is not None and known[1:] == origin[1:] and not whole
        if is_step:
            _compare(connection)
        connection.begin()
        if is_step:
            _step(connection)
        else:
            _write_whole(connection)
        connection.commit()
        return True


def has_any(target: Target, call_ids: Collection[str]) -> bool:
    """Whether a lake has any of these calls.

    Raises:
        DuckLakeError: The lake cannot be reached.
    """
    with writing(target) as connection:
        if not _exists(connection):
            return False
        found = connection.execute(
            "select 1 from meta.lineage where list_contains($ids, call_id) limit 1",
            {"ids": list(call_ids)},
        )
        return found.fetchone() is not None


def _exists(connection: duckdb.DuckDBPyConnection) -> bool:
    return bool(connection.execute(sql_of(__file__, "is_published")).fetchall())


def _origin(connection: duckdb.DuckDBPyConnection, database: str) -> tuple[str, ...]:
    """State of the Parquet lake, and hash of the SQL; with equal SQL only rows can differ."""
    found = connection.execute(
        f"select lake_sha256, sql_sha256 from {database}.meta.snapshot"
    ).fetchall()
    return found[0] if found else ()


def _tables(connection: duckdb.DuckDBPyConnection) -> dict[str, list[str]]:
    """The tables to publish, with their columns."""
    found = connection.execute(sql_of(__file__, "tables")).fetchall()
    return {name: columns for name, columns in found if name not in TABLES}


def _write_whole(connection: duckdb.DuckDBPyConnection) -> None:
    """Write all tables, macros and views anew; relations of an older version go."""
    for schema in ("core", "mart", "meta"):
        connection.execute(f"create schema if not exists {schema}")
    for kind, name in connection.execute(sql_of(__file__, "relations")).fetchall():
        connection.execute(f"drop {kind} {name}")
    for name in _tables(connection):
        connection.execute(f"create table {name} as from published.{name}")
    for sql in macro_sql():
        connection.execute(sql)
    for name, sql in relation_sql().items():
        connection.execute(f"create view {name} as {sql}")
    for kind, name, text in connection.execute(sql_of(__file__, "comments")).fetchall():
        connection.execute(f"comment on {kind} {name} is {literal(text)}")


def _compare(connection: duckdb.DuckDBPyConnection) -> None:
    """Find the days that changed, and their calls to replace; other days are not read."""
    connection.execute(sql_of(__file__, "changed_day"))
    found = connection.execute(sql_of(__file__, "bounds")).fetchall()
    for name, day in zip(("first_date", "last_date"), found[0], strict=True):
        connection.execute(f"set variable {name} = $day", {"day": day})
    connection.execute(sql_of(__file__, "changed_call"))


def _step(connection: duckdb.DuckDBPyConnection) -> None:
    for name, columns in _tables(connection).items():
        if name in _OF_RESULTS:
            _replace(connection, name, "semi join changed_day using (call_date)")
        elif name.startswith("core.") and set(_BY_CALL) <= set(columns):
            _replace_calls(connection, name)
        else:
            _replace(connection, name, "")


def _replace_calls(connection: duckdb.DuckDBPyConnection, name: str) -> None:
    if connection.execute(f"{_CALLS} 'superseded' limit 1").fetchall():
        connection.execute(f"delete from {name} {_OF_CHANGED_DAYS} and {_SUPERSEDED}")
    connection.execute(f"insert into {name} by name from published.{name} {_ADDED}")


def _replace(connection: duckdb.DuckDBPyConnection, name: str, rows: str) -> None:
    """Replace the rows of a table, or those of the changed days, if any of them differs."""
    old, new = (f"from {database}.{name} {rows}" for database in ("callqa", "published"))
    differing = f"(({old}) except all ({new})) union all (({new}) except all ({old}))"
    if not connection.execute(f"from ({differing}) limit 1").fetchall():
        return
    where = "where call_date in (from changed_day)" if rows else ""
    connection.execute(f"delete from {name} {where}")
    connection.execute(f"insert into {name} by name {new}")
