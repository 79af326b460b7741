"""Erasure: rows that name a call, an agent or a customer leave the database of the desk."""

from __future__ import annotations

import json
import sqlite3
from contextlib import closing
from typing import TYPE_CHECKING

from sqlalchemy import ForeignKeyConstraint, MetaData, Row, Table, and_, delete, select

from flows.desk.records.database import database_of
from flows.settings.desk import DeskSettings

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from sqlalchemy.orm import Session

_OF_NO_CALL = {"alembic_version", "failed_login", "login_session"}


def erase_rows(home: Path, are_theirs: Callable[[bytes], bool]) -> int:
    """Remove the rows of the desk of a home folder in which a test finds somebody.

    With a row goes whatever belongs to it. Every table is looked through, so that none that is
    added later can be forgotten.

    Args:
        home: The home folder.
        are_theirs: Whether the cells of a row, as JSON, name whoever is erased.

    Returns:
        The number of removed rows.
    """
    settings = DeskSettings.read()
    database = database_of(home, settings)
    if database is None:
        return 0
    with closing(database), database.writing() as session:
        count = _remove(session, are_theirs)
    if settings.database is None:
        _overwrite(settings.file_in(home))
    return count


def _remove(session: Session, are_theirs: Callable[[bytes], bool]) -> int:
    known = MetaData()
    known.reflect(session.connection())
    doomed: dict[Table, list[Row[tuple[object, ...]]]] = {}
    tables = [table for table in known.sorted_tables if table.name not in _OF_NO_CALL]
    for table in tables:  # what others belong to comes first
        doomed[table] = [
            row
            for row in session.execute(select(table))
            if are_theirs(_as_json(row)) or _belongs(row, table, doomed)
        ]
    for table in reversed(tables):
        for row in doomed[table]:
            session.execute(
                delete(table).where(and_(*(one == row._mapping[one] for one in table.primary_key)))  # noqa: SLF001  a public name of SQLAlchemy
            )
    return sum(map(len, doomed.values()))


def _as_json(row: Row[tuple[object, ...]]) -> bytes:
    return json.dumps(list(row), default=str, ensure_ascii=False).encode()


def _belongs(
    row: Row[tuple[object, ...]],
    table: Table,
    doomed: dict[Table, list[Row[tuple[object, ...]]]],
) -> bool:
    """Whether a row refers to one that goes."""
    return any(
        all(row._mapping[one.parent] == gone._mapping[one.column] for one in key.elements)  # noqa: SLF001  a public name of SQLAlchemy
        for key in table.constraints
        if isinstance(key, ForeignKeyConstraint)
        for gone in doomed.get(key.referred_table, ())
    )


def _overwrite(file: Path) -> None:
    """Write a SQLite file anew: freed pages and the log still hold what was deleted."""
    with closing(sqlite3.connect(file, timeout=30, isolation_level=None)) as connection:
        connection.execute("vacuum")
        connection.execute("pragma wal_checkpoint(truncate)")
