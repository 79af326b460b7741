"""Incremental loading of the lake into a DuckDB database."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

import polars as pl

from warehouse.lake.schema import SCHEMAS
from warehouse.lake.upload_store import SUPPLIED
from warehouse.snapshot.deleted_originals import rows_of_days
from warehouse.snapshot.ledger_rows import (
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
from warehouse.snapshot.lineage import load_lineage, replace_changed, replace_rows, show_rows
from warehouse.snapshot.scope import Scope
from warehouse.snapshot.search_index import forget_calls, index_calls, load_stemmer
from warehouse.snapshot.sentiment import add_expressions, phrase_rows
from warehouse.sql_files import sql_of

if TYPE_CHECKING:
    from collections.abc import Iterator

    import duckdb

    from warehouse.lake.lake import Lake
    from warehouse.lake.manifest import Part

_DELETE = """
delete from core.{table} using superseded
where {table}.call_date = superseded.call_date and {table}.call_id = superseded.call_id
"""

_INSERT = """
insert into core.{table} by name select {columns} from ({arriving})
semi join batch using (call_date, call_id, commit_no)
"""

_YOUNGER = {
    "outcome": (
        "if(outcome = 'pass' and 'observed' in (reason_code,"
        " json_extract_string(reason_values, '$.reason.code')), 'observed', outcome) as outcome"
    ),
    "keyed_digits": "coalesce(keyed_digits, []) as keyed_digits",
    "alternatives": (
        "coalesce(list_transform(alternatives, lambda again: struct_pack("
        "turn := again.turn, text := array_to_string([word.text for word in again.words], ' '))),"
        " []) as alternatives"
    ),
    "other_languages": "coalesce(other_languages, []) as other_languages",
    "fields": "map_from_entries(coalesce(fields, [])) as fields",
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
"""Columns that older lakes lack or fill otherwise, and their values now."""

_CHANGED_DAYS = """
create or replace temp table changed_day as
select call_date from superseded union select call_date from added
"""

_UPLOADED = {
    "review": "insert into changed_day select call_date from core.call semi join differing"
    " using (call_id)",
    "schedule": "insert into changed_day select schedule_date from differing",
}
"""Which days change with the rows of an upload; marts of other uploads are computed whole."""

_BATCH = """
create or replace temp table batch as
from added where call_date between $first_date and $last_date
"""

_BATCH_CALLS = 20_000
"""Calls per batch, rounded to whole days, so that the memory of a rebuild does not grow with the
number of calls."""


def load(connection: duckdb.DuckDBPyConnection, lake: Lake, scope: Scope | None = None) -> bool:
    """Load everything that the database lacks, so that it equals the lake's calls of a scope.

    Without a scope, those that are not restricted.

    The result does not depend on the previous content: an empty database and yesterday's copy
    become equal. Loading is not atomic: use a draft that has no readers. Afterwards the temporary
    table `added` lists the calls that were loaded. Only days whose parts have changed are read, and
    of these only the new parts, each after a comparison with its hash in the manifest.

    Returns:
        Whether the tables `changed_day` and `changed_customer` say everything that has changed; if
        not, every mart has to be computed again.

    Raises:
        LakeError: A part is damaged or forged; names every such file.
    """
    scope = scope or Scope(lake)
    last_date = _last_date(connection)
    load_lineage(connection, lake, scope)
    connection.execute(_CHANGED_DAYS)
    connection.execute(sql_of(__file__, "changed_customer"))
    _load_calls(connection, lake)
    connection.execute(sql_of(__file__, "added_customer"))
    catalogues, runs = lake.catalogues(), scope.of_runs(lake.runs())
    replace_rows(connection, "core.rule", rule_rows(catalogues))
    replace_rows(connection, "core.rule_text", rule_text_rows(catalogues))
    replace_rows(connection, "core.tag_text", tag_text_rows(catalogues))
    replace_rows(connection, "core.pii_type", pii_type_rows(catalogues))
    replace_rows(connection, "core.scorecard", scorecard_rows(catalogues))
    is_partial = not replace_changed(connection, "core.question", question_rows(catalogues))
    replace_rows(connection, "core.question_text", question_text_rows(catalogues))
    replace_rows(connection, "core.sentiment_phrase", phrase_rows())
    replace_rows(connection, "core.quarantine", quarantine_rows(runs))
    replace_rows(connection, "core.deleted_original", rows_of_days(connection, lake))
    replace_rows(connection, "meta.run", run_rows(runs))
    for table in SUPPLIED:
        if replace_changed(connection, f"core.{table}", scope.of_calls(lake.uploads.frame(table))):
            connection.execute(_UPLOADED.get(table, ""))
    return is_partial and (last_date is None or last_date <= (_last_date(connection) or last_date))


def _last_date(connection: duckdb.DuckDBPyConnection) -> date | None:
    found = connection.execute("select max(call_date)::varchar from core.call").fetchall()
    return date.fromisoformat(found[0][0]) if found[0][0] else None


def _load_calls(connection: duckdb.DuckDBPyConnection, lake: Lake) -> None:
    load_stemmer(connection)
    if _has_rows(connection, "superseded"):
        for table in SCHEMAS:
            connection.execute(_DELETE.format(table=table))
        connection.execute(_DELETE.format(table="customer_expression"))
        forget_calls(connection)
    arriving = sql_of(__file__, "arriving")
    for days in _batches(connection):
        connection.begin()
        connection.execute(_BATCH, {"first_date": days[0], "last_date": days[-1]})
        parts = _parts_of_batch(connection, lake)
        for table in SCHEMAS:
            files = [part.files[table] for part in parts]
            show_rows(connection, "part_row", lake.root, files, table)
            columns = ", ".join(_columns(connection, table))
            no_rows = pl.DataFrame(schema={"call_date": pl.Date, **SCHEMAS[table]})
            connection.register("no_rows", no_rows)
            connection.execute(_INSERT.format(table=table, columns=columns, arriving=arriving))
        index_calls(connection)
        add_expressions(connection)
        connection.commit()  # the batch's temporary data use disk space until then


def _parts_of_batch(connection: duckdb.DuckDBPyConnection, lake: Lake) -> list[Part]:
    """The parts that hold the results to load; others of the same days are not read."""
    found = connection.execute(
        "select call_date, list(distinct commit_no) from batch group by call_date"
    ).fetchall()
    return [
        part
        for day, commit_nos in sorted(found)
        for part in lake.manifest(day).parts
        if part.commit_no in set(commit_nos)
    ]


def _has_rows(connection: duckdb.DuckDBPyConnection, table: str) -> bool:
    return connection.execute(f"from {table} limit 1").fetchone() is not None


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


def _columns(connection: duckdb.DuckDBPyConnection, table: str) -> list[str]:
    """The columns of a lake table that the database needs; the lake has more, such as words."""
    rows = connection.execute(
        "select column_name from duckdb_columns() where schema_name = 'core' and table_name = ?"
        " order by column_index",
        [table],
    )
    return [_YOUNGER.get(name, name) for (name,) in rows.fetchall()]
