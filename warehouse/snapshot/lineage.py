"""Which results there are of every call, and which of them the database lacks.

Only days whose manifests have changed are looked at, and of these only the parts that are new.
"""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from warehouse.lake.parquet import check_parts, is_any_encrypted, scan_rows
from warehouse.sql_files import sql_of

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence
    from pathlib import Path

    import duckdb

    from warehouse.lake.lake import Lake
    from warehouse.lake.manifest import Part, PartFile
    from warehouse.snapshot.scope import Scope

_OF_PARTS = "where call_date = $call_date and list_contains($commit_nos, commit_no)"
_PART_ROWS = """
create or replace temp view {name} as from read_parquet([{files}], union_by_name = true,
hive_partitioning = true, hive_types = {{'call_date': date}})
"""
_FORGET_PARTS = (
    f"insert into touched select distinct call_id from meta.lineage {_OF_PARTS}",
    f"delete from meta.lineage {_OF_PARTS}",
    f"delete from meta.raised_flag {_OF_PARTS}",
)


def load_lineage(connection: duckdb.DuckDBPyConnection, lake: Lake, scope: Scope) -> None:
    """Bring the lineage of the calls of a scope up to date.

    Afterwards the temporary table `superseded` lists the calls whose loaded result is no longer the
    current one, and `added` those whose current result is to be loaded.

    Raises:
        LakeError: A new part is damaged or forged; names every such file.
    """
    scope.tell(connection)
    connection.execute("create or replace temp table touched (call_id varchar)")
    days = lake.days()
    known = dict(
        connection.execute("select call_date, state_sha256 from meta.partition").fetchall()
    )
    new: list[Part] = []
    for day in sorted(days.keys() | known.keys()):
        if days.get(day) != known.get(day):
            parts = [part for part in lake.manifest(day).parts if scope.count_of(day, part)]
            new += _new_parts(connection, day, parts, scope)
    check_parts(lake.root, new)
    if new:
        _load_parts(connection, lake.root, new, scope)
    states = pl.DataFrame(
        list(days.items()), {"call_date": pl.Date, "state_sha256": pl.String}, orient="row"
    )
    replace_rows(connection, "meta.partition", states)
    _compare(connection)


def _new_parts(
    connection: duckdb.DuckDBPyConnection, day: date, parts: Sequence[Part], scope: Scope
) -> list[Part]:
    """The parts of a day to load; forgets what was loaded of parts that are not as they were."""
    loaded = connection.execute(
        "select commit_no, count(*) from meta.lineage where call_date = ? group by all", [day]
    ).fetchall()
    # A part from which calls were removed has fewer of them, and is loaded again.
    counts = {part.commit_no: scope.count_of(day, part) for part in parts}
    known = {commit_no for commit_no, count in loaded if counts.get(commit_no) == count}
    if gone := sorted({commit_no for commit_no, _ in loaded} - known):
        for statement in _FORGET_PARTS:
            connection.execute(statement, {"call_date": day, "commit_nos": gone})
    return [part for part in parts if part.commit_no not in known]


def _compare(connection: duckdb.DuckDBPyConnection) -> None:
    """Compare the loaded results of touched calls with the newest ones."""
    for step in ("is_current", "current_result", "superseded", "added"):
        connection.execute(sql_of(__file__, step))


def _load_parts(
    connection: duckdb.DuckDBPyConnection, root: Path, new: Sequence[Part], scope: Scope
) -> None:
    show_rows(connection, "part_call", root, [part.files["call"] for part in new], "call")
    show_rows(connection, "part_finding", root, [part.files["finding"] for part in new], "finding")
    connection.execute(sql_of(__file__, "arrived"))
    join = "anti" if scope.restricted else "semi"
    connection.execute(
        f"delete from arrived where call_id in (from (select call_id from arrived) {join} join"
        " restricted_call using (call_id))"
    )
    connection.execute("insert into meta.lineage by name from arrived")
    connection.execute("insert into touched select distinct call_id from arrived")
    connection.execute("drop table arrived")
    connection.execute(sql_of(__file__, "raised_flag"))


def show_rows(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    root: Path,
    files: Collection[PartFile],
    table: str,
) -> None:
    """Let queries read files of a table, with the day in whose folder each is.

    Args:
        connection: A snapshot that is built.
        name: What queries call the rows.
        root: The lake's folder.
        files: The files; at least one.
        table: Their table.

    Raises:
        EncryptionError: A file cannot be decrypted.
    """
    paths = [root / file.path for file in files]
    if is_any_encrypted(paths):
        days = [date.fromisoformat(path.parent.name.partition("=")[2]) for path in paths]
        rows = [
            scan_rows([path], table).with_columns(call_date=pl.lit(day))
            for path, day in zip(paths, days, strict=True)
        ]
        connection.execute(f"drop view if exists temp.{name}")
        connection.register(name, pl.concat(rows))
    else:
        listed = ", ".join("'" + str(path).replace("'", "''") + "'" for path in paths)
        connection.execute(_PART_ROWS.format(name=name, files=listed))


def replace_rows(connection: duckdb.DuckDBPyConnection, table: str, frame: pl.DataFrame) -> None:
    """Replace all rows of a small table."""
    connection.execute(f"delete from {table}")
    connection.register("incoming", frame)
    connection.execute(f"insert into {table} by name select * from incoming")
    connection.unregister("incoming")


def replace_changed(connection: duckdb.DuckDBPyConnection, table: str, frame: pl.DataFrame) -> bool:
    """Replace all rows of a table if any differs; the temporary table `differing` has those."""
    connection.execute(f"create or replace temp table wanted as from {table} where false")
    connection.register("incoming", frame)
    connection.execute("insert into wanted by name select * from incoming")
    connection.unregister("incoming")
    connection.execute(
        "create or replace temp table differing as"
        f" (from {table} except all from wanted) union all (from wanted except all from {table})"
    )
    is_changed = connection.execute("from differing limit 1").fetchone() is not None
    if is_changed:
        connection.execute(f"delete from {table}; insert into {table} from wanted")
    return is_changed
