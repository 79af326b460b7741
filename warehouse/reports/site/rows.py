"""Rows of a query as dictionaries by column name."""

from __future__ import annotations

from collections import defaultdict
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from warehouse.snapshot.connection import Connection


def rows_of(connection: Connection, sql: str, **values: Any) -> list[dict[str, Any]]:
    """Run a query with bound values."""
    cursor = connection.execute(sql, values)
    names = [column[0] for column in cursor.description]
    return [dict(zip(names, row, strict=True)) for row in cursor.fetchall()]


def rows_by(
    connection: Connection, sql: str, *keys: str, **values: Any
) -> dict[tuple[Any, ...], list[dict[str, Any]]]:
    """Run a query and group its rows by some columns, which the rows then lack."""
    groups: dict[tuple[Any, ...], list[dict[str, Any]]] = defaultdict(list)
    for row in rows_of(connection, sql, **values):
        groups[tuple(row.pop(key) for key in keys)].append(row)
    return groups
