"""Marts that grow with the calls: of a copied snapshot, only the rows of changed days are computed.

A mart's SQL file stays the only definition of its rows. To compute the rows of some days, it is run
on a slice: views of the same names, in the schema `slice`, that show only the days that these rows
depend on. What they show is in temporary tables: DuckDB cannot commit rows of a table that the same
transaction drops. A new snapshot computes all rows from the same files.
"""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping

    import duckdb

_OF_DAY = "select call_date as key from changed_day"


class Growing(NamedTuple):
    """How the rows of a mart depend on days.

    Attributes:
        key: The column by which rows are replaced.
        keys: Query of the values of that column whose rows may have changed.
        days: Query of the days that these rows depend on; `slice_key` has the keys.
        customers: Query of the customers on whose calls, of any day, these rows depend instead.
    """

    key: str
    keys: str
    days: str = "select key as day from slice_key"
    customers: str | None = None


_BY_DAY = Growing("call_date", _OF_DAY)

GROWING: dict[str, Growing] = {
    "core.answer_daily": _BY_DAY,
    "core.scored_call": _BY_DAY,
    "mart.agent_daily": _BY_DAY,
    "mart.customer_sentiment": _BY_DAY,
    "mart.data_quality": _BY_DAY,
    # A week is compared with the one before.
    "mart.agent_weekly": Growing(
        "week",
        "select distinct date_trunc('week', call_date)::date + unnest([0, 7]) as key"
        " from changed_day",
        "select distinct key - unnest(range(-6, 8))::int as day from slice_key",
    ),
    # A shift and a call may both extend into the next day.
    "mart.adherence": Growing(
        "schedule_date",
        "select distinct call_date + unnest([-1, 0, 1]) as key from changed_day",
        "select distinct key + unnest([-1, 0, 1]) as day from slice_key",
    ),
    # A contact is settled a week after its first call.
    "mart.repeat_contacts": Growing(
        "customer_ref",
        "from changed_customer union select customer_ref from mart.repeat_contacts"
        " where is_resolved is null",
        customers="select key from slice_key",
    ),
}
"""Tables of which a copied snapshot computes only some rows."""


def grow(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    sql_of: Mapping[str, str],
    reads: Mapping[str, set[str]],
) -> None:
    """Compute the rows of a mart that may have changed.

    Args:
        connection: A copied snapshot whose core tables are up to date; the temporary tables
            `changed_day` and `changed_customer` say what has changed.
        name: The mart.
        sql_of: The SQL of every relation.
        reads: The relations that each relation reads.
    """
    growing = GROWING[name]
    connection.execute("create schema slice")
    connection.execute(
        f"create or replace temp table slice_key as select key from ({growing.keys}) as k(key)"
    )
    if growing.customers:
        sliced = _slice(connection, growing.customers, "customer_ref")
    else:
        sliced = _slice(connection, growing.days, "call_date", "schedule_date")
    sql = _on_slice(connection, name, sql_of, reads, sliced)
    chosen = f"{growing.key} in (select key from slice_key)"
    connection.execute(f"delete from {name} where {chosen}")
    connection.execute(f"insert into {name} by name select * from ({sql}) where {chosen}")
    connection.execute("drop schema slice cascade")


def _slice(connection: duckdb.DuckDBPyConnection, chosen: str, *columns: str) -> set[str]:
    """Create a view of every core table with one of some columns; returns the tables' names."""
    connection.execute(
        f"create or replace temp table slice_chosen as select * from ({chosen}) as c(chosen)"
    )
    found = connection.execute(
        "select table_name, any_value(column_name) from duckdb_columns() semi join duckdb_tables()"
        " using (table_oid) where schema_name = 'core' and column_name in $columns group by all",
        {"columns": list(columns)},
    ).fetchall()
    for table, column in found:
        connection.execute(
            f"create view slice.{table} as"
            f" from core.{table} where {column} in (select chosen from slice_chosen)"
        )
    return {f"core.{table}" for table, _ in found}


def _on_slice(
    connection: duckdb.DuckDBPyConnection,
    name: str,
    sql_of: Mapping[str, str],
    reads: Mapping[str, set[str]],
    sliced: set[str],
) -> str:
    """The SQL of a relation on the slice; views that it reads are created on the slice, too."""
    for other in sorted(reads[name] - sliced - {"core.period"}):
        if other.startswith("core.") and other in sql_of and other not in sliced:
            sql = _on_slice(connection, other, sql_of, reads, sliced)
            connection.execute(f"create view slice.{other.partition('.')[2]} as {sql}")
            sliced.add(other)
    return re.sub(r"\bcore\.\w+", _renamed(sliced), sql_of[name])


def _renamed(sliced: set[str]) -> Callable[[re.Match[str]], str]:
    def renamed(match: re.Match[str]) -> str:
        return match[0].replace("core.", "slice.") if match[0] in sliced else match[0]

    return renamed
