"""Incremental loading of the lake into a DuckDB database."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from warehouse.lake.ledger_rows import (
    pii_type_rows,
    quarantine_rows,
    question_rows,
    question_text_rows,
    rule_rows,
    rule_text_rows,
    run_rows,
    scorecard_rows,
    tag_text_rows,
)
from warehouse.lake.schema import SCHEMAS, SUPPLIED
from warehouse.snapshot.search_index import forget_calls, index_calls, load_stemmer

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from datetime import date
    from pathlib import Path

    import duckdb

    from warehouse.lake.lake import Lake

_NOTHING_ADDED = """
create or replace temp table added as
select call_date, call_id, commit_no from meta.lineage where false
"""

_LINEAGE = """
delete from meta.lineage;

insert into meta.lineage by name
select
    call_date, call_id, commit_no, run_id, audio_sha256, metadata_sha256, model_pin, rules_sha256,
    results_version, commit_no = max(commit_no) over (partition by call_id) as is_current
from read_parquet(
    getvariable('files'), hive_partitioning = true, hive_types = {'call_date': date}
);

create or replace temp table superseded as
select call.call_date, call.call_id
from core.call
anti join (from meta.lineage where is_current) as current using (call_date, call_id, commit_no);

create or replace temp table added as
select current.call_date, current.call_id, current.commit_no
from (from meta.lineage where is_current) as current
anti join core.call using (call_date, call_id, commit_no);
"""

_DELETE = """
delete from core.{table} using superseded
where {table}.call_date = superseded.call_date and {table}.call_id = superseded.call_id
"""

# Older files lack newer columns: an empty typed relation supplies them as null.
_INSERT = """
insert into core.{table} by name
select {columns}
from (
    from no_rows
    union all by name
    from read_parquet(
        getvariable('files'),
        hive_partitioning = true, hive_types = {{'call_date': date}}, union_by_name = true
    )
)
semi join batch using (call_date, call_id, commit_no)
"""

_YOUNGER = {
    "keyed_digits": "coalesce(keyed_digits, []) as keyed_digits",
    "alternatives": (
        "coalesce(list_transform(alternatives, lambda again: struct_pack("
        "turn := again.turn, text := array_to_string([word.text for word in again.words], ' '))),"
        " []) as alternatives"
    ),
    "other_languages": "coalesce(other_languages, []) as other_languages",
    "restricted": "coalesce(restricted, false) as restricted",
    "rule_severity": "coalesce(rule_severity, severity) as rule_severity",
    "is_weak": "coalesce(is_weak, false) as is_weak",
    "reason_code": "coalesce(reason_code, 'as_written') as reason_code",
    "reason_values": (
        "coalesce(reason_values, json_object('text', why)::varchar)::json as reason_values"
    ),
    "note_codes": (
        "coalesce(note_codes, list_transform(notes, lambda note: 'as_written')) as note_codes"
    ),
    "note_values": (
        "coalesce(note_values, list_transform(notes, lambda note:"
        " json_object('text', note)::varchar))::json[] as note_values"
    ),
}
"""Columns that older lakes lack, and their default values."""

_BATCH = """
create or replace temp table batch as
from added where call_date between $first_date and $last_date
"""

_BATCH_CALLS = 20_000
"""Calls per batch, rounded to whole days, so that the memory of a rebuild does not grow with the
number of calls."""


def load(connection: duckdb.DuckDBPyConnection, lake: Lake) -> None:
    """Load everything that the database lacks, so that it equals the lake.

    The result does not depend on the previous content: an empty database and yesterday's copy
    become equal. Loading is not atomic: use a draft that has no readers. Afterwards the temporary
    table `added` lists the calls that were loaded.
    """
    connection.execute(_NOTHING_ADDED)
    if files := lake.files("call"):
        _set_files(connection, files)
        connection.execute(_LINEAGE)
        _load_calls(connection, lake)
    catalogues, runs = lake.catalogues(), lake.runs()
    _replace(connection, "core.rule", rule_rows(catalogues))
    _replace(connection, "core.rule_text", rule_text_rows(catalogues))
    _replace(connection, "core.tag_text", tag_text_rows(catalogues))
    _replace(connection, "core.pii_type", pii_type_rows(catalogues))
    _replace(connection, "core.scorecard", scorecard_rows(catalogues))
    _replace(connection, "core.question", question_rows(catalogues))
    _replace(connection, "core.question_text", question_text_rows(catalogues))
    _replace(connection, "core.quarantine", quarantine_rows(runs))
    _replace(connection, "meta.run", run_rows(runs))
    for table in SUPPLIED:
        _replace(connection, f"core.{table}", lake.uploads.frame(table))


def _load_calls(connection: duckdb.DuckDBPyConnection, lake: Lake) -> None:
    load_stemmer(connection)
    for table in SCHEMAS:
        connection.execute(_DELETE.format(table=table))
    forget_calls(connection)
    for days in _batches(connection):
        connection.begin()
        connection.execute(_BATCH, {"first_date": days[0], "last_date": days[-1]})
        for table in SCHEMAS:
            _set_files(connection, lake.files(table, days))
            columns = ", ".join(_columns(connection, table))
            no_rows = pl.DataFrame(schema={"call_date": pl.Date, **SCHEMAS[table]})
            connection.register("no_rows", no_rows)
            connection.execute(_INSERT.format(table=table, columns=columns))
        index_calls(connection)
        connection.commit()  # the batch's temporary data use disk space until then


def _batches(connection: duckdb.DuckDBPyConnection) -> Iterator[list[date]]:
    """The days of the calls to load, in order, a bounded number of calls at once."""
    days: list[date] = []
    call_count = 0
    counts = connection.execute(
        "select call_date, count(*) from added group by call_date order by call_date"
    ).fetchall()
    for day, count in counts:
        if days and call_count + count > _BATCH_CALLS:
            yield days
            days, call_count = [], 0
        days.append(day)
        call_count += count
    if days:
        yield days


def _set_files(connection: duckdb.DuckDBPyConnection, files: Iterable[Path]) -> None:
    connection.execute("set variable files = $files", {"files": [str(path) for path in files]})


def _columns(connection: duckdb.DuckDBPyConnection, table: str) -> list[str]:
    """The columns of a lake table that the database needs; the lake has more, such as words."""
    rows = connection.execute(
        "select column_name from duckdb_columns() where schema_name = 'core' and table_name = ?"
        " order by column_index",
        [table],
    )
    return [_YOUNGER.get(name, name) for (name,) in rows.fetchall()]


def _replace(connection: duckdb.DuckDBPyConnection, table: str, frame: pl.DataFrame) -> None:
    connection.execute(f"delete from {table}")
    connection.register("incoming", frame)
    connection.execute(f"insert into {table} by name select * from incoming")
    connection.unregister("incoming")
