"""Everything that a run leaves on disk, as text, as anyone with access could read it."""

from __future__ import annotations

import gzip
import re
import sqlite3
from typing import TYPE_CHECKING

import duckdb
import polars as pl

from tests.night.ground_truth import CALLS, protected_spans

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

SHORT = 4


def texts(folder: Path) -> Iterator[tuple[Path, str]]:
    """Each file below `folder` with its content as text: tables decoded, all else as it lies."""
    for path in sorted(folder.rglob("*")):
        if not path.is_symlink() and path.is_file():
            yield from texts_of(path)


def texts_of(path: Path) -> Iterator[tuple[Path, str]]:
    """One file with its content as text, as it lies and, if it is packed or a table, decoded."""
    yield path, path.read_bytes().decode("latin-1")
    if path.suffix == ".parquet":
        yield path, "\n".join(map(str, pl.read_parquet(path).rows()))
    elif path.suffix == ".duckdb":
        yield path, "\n".join(_duckdb_rows(path))
    elif path.suffix == ".db":
        yield path, "\n".join(_sqlite_rows(path))
    elif path.suffix == ".gz":
        yield path, gzip.decompress(path.read_bytes()).decode("latin-1")


def _duckdb_rows(path: Path) -> Iterator[str]:
    with duckdb.connect(path, read_only=True) as connection:
        tables = connection.execute(
            "select table_schema, table_name from information_schema.tables"
        ).fetchall()
        for schema, table in tables:
            yield from map(str, connection.execute(f'from "{schema}"."{table}"').fetchall())


def _sqlite_rows(path: Path) -> Iterator[str]:
    with sqlite3.connect(f"file:{path}?mode=ro", uri=True) as connection:
        tables = connection.execute("select name from sqlite_master where type = 'table'")
        for (table,) in tables.fetchall():
            yield from map(str, connection.execute(f'select * from "{table}"'))


def rows(snapshot: Path) -> dict[str, list[tuple[object, ...]]]:
    """Every row of every relation of a snapshot, in an order of its own."""
    return {
        table: sorted((tuple(row.values()) for row in rows), key=str)
        for table, rows in rows_by_column(snapshot).items()
    }


def rows_by_column(snapshot: Path) -> dict[str, list[dict[str, object]]]:
    """Every row of every relation of a snapshot, with the names of its columns."""
    # One thread: the last digits of a mean depend on the order in which threads add up.
    with duckdb.connect(snapshot, read_only=True, config={"threads": 1}) as connection:
        names = connection.execute(
            "select table_schema || '.' || table_name from information_schema.tables order by 1"
        ).fetchall()
        found = {}
        for (name,) in names:
            result = connection.execute(f"from {name}")
            columns = [column[0] for column in result.description]
            found[name] = [dict(zip(columns, row, strict=True)) for row in result.fetchall()]
        return found


def joined_digits(text: str) -> str:
    """The text with everything between two digits taken out, but for line ends and letters."""
    return re.sub(r"(?<=\d)[ .,\-/]+(?=\d)", "", text)


def protected_values(texts: Iterable[tuple[Path, str]]) -> list[str]:
    """Where the digits or the number words of a protected value of the night stand in texts.

    Values of four digits or words are left out: they may stand anywhere by chance.
    """
    found = []
    spans = [(call_id, span) for call_id in CALLS for span in protected_spans(call_id)]
    for path, text in texts:
        digits, words = joined_digits(text), text.lower()
        for call_id, span in spans:
            has_digits = len(span["value"]) > SHORT and span["value"] in digits
            has_words = len(span["spoken"].split()) > SHORT and span["spoken"] in words
            if has_digits or has_words:
                found.append(f"{call_id} {span['type']} in {path}")
    return found
