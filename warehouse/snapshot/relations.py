"""Relations derived from the core tables: macros, core views and marts, one SQL file each.

They are created again in every snapshot, so a file may be edited freely. A file's path is its
relation's name; it is one select whose head comment states the grain.
"""

from __future__ import annotations

import hashlib
import re
from graphlib import TopologicalSorter
from pathlib import Path
from typing import TYPE_CHECKING

from models.language.pack import stemmers
from warehouse.snapshot.comments import select_comments, write_comments
from warehouse.snapshot.growth import GROWING, grow
from warehouse.snapshot.sentiment import sentiment_phrases

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping

    import duckdb

_HOME = Path(__file__).parents[1]
FOLDERS = {"core": _HOME / "core", "mart": _HOME / "marts"}
"""Folders of the views, by schema."""

_PARTS = ("core", "gates", "macros", "marts", "schema", "snapshot")
"""Folders whose SQL determines a snapshot; that of reports and queries only reads it."""

TABLES = frozenset(
    {
        "core.answer_daily",
        "core.scored_call",
        "mart.adherence",
        "mart.agent_daily",
        "mart.agent_weekly",
        "mart.coaching_candidates",
        "mart.cost",
        "mart.customer_sentiment",
        "mart.data_quality",
        "mart.repeat_contacts",
        "mart.training_needs",
    }
)
"""Relations that are computed once per snapshot, since they read the whole history."""


def create_relations(
    connection: duckdb.DuckDBPyConnection,
    tables: Collection[str] = TABLES,
    *,
    is_copy: bool = False,
    is_partial: bool = False,
) -> None:
    """Create every macro and relation, each after those that it reads.

    Args:
        connection: A database with the core tables, filled.
        tables: The relations to keep as tables; the others are views.
        is_copy: Whether all of them are there, by the same SQL: macros and views stay as they are.
        is_partial: Whether of the tables of a copy only changed days are to be computed.
    """
    for sql in macro_sql() if not is_copy else ():
        connection.execute(sql)
    sql_of = relation_sql()
    reads = _reads(sql_of)
    for name, sql in sql_of.items():
        kind = "table" if name in tables else "view"
        if is_copy and kind == "view":
            continue
        if is_copy and is_partial and name in GROWING:
            grow(connection, name, sql_of, reads)
        else:
            connection.execute(f"create or replace {kind} {name} as {sql}")
        write_comments(connection, select_comments(name, kind, sql))


def macro_sql() -> list[str]:
    """The statements that create the macros."""
    return [path.read_text() for path in sorted((_HOME / "macros").glob("*.sql"))]


def relation_sql() -> dict[str, str]:
    """The SQL of every relation, each after those that it reads."""
    sql_of = {name: path.read_text() for name, path in _relation_files().items()}
    return {name: sql_of[name] for name in TopologicalSorter(_reads(sql_of)).static_order()}


def relations_sha256() -> str:
    """Hash of everything that determines the relations: this file, what packs say, SQL files."""
    digest = hashlib.sha256()
    for path in (
        Path(__file__),
        Path(__file__).with_name("growth.py"),
        Path(__file__).with_name("search_index.py"),
        Path(__file__).with_name("sentiment.py"),
        *(path for part in _PARTS for path in sorted((_HOME / part).rglob("*.sql"))),
    ):
        digest.update(path.relative_to(_HOME).as_posix().encode())
        digest.update(path.read_bytes())
    digest.update(repr((stemmers(), sentiment_phrases())).encode())
    return digest.hexdigest()


def _relation_files() -> dict[str, Path]:
    return {
        f"{schema}.{path.stem}": path
        for schema, folder in FOLDERS.items()
        for path in sorted(folder.glob("*.sql"))
    }


def _reads(sql_of: Mapping[str, str]) -> dict[str, set[str]]:
    """The relations that each relation reads."""
    named = re.compile(r"\b(?:core|mart)\.\w+")
    return {name: set(named.findall(sql)) & sql_of.keys() - {name} for name, sql in sql_of.items()}
