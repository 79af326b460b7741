"""The contents of files as bytes to search: as they are, and decoded."""

from __future__ import annotations

import gzip
import sqlite3
import zipfile
from contextlib import closing
from typing import TYPE_CHECKING

import polars as pl

from warehouse.errors import EncryptionError
from warehouse.lake.encryption import key_id_of, read_decrypted
from warehouse.snapshot.connection import DatabaseError, open_database
from warehouse.sql_files import sql_of

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from warehouse.snapshot.connection import Connection

_CHUNK, _OVERLAP = 1 << 24, 1 << 14
_BATCH = 2_000
_PARQUET = b"PAR1"
_UNREADABLE = (
    OSError,
    EOFError,
    ValueError,
    sqlite3.Error,
    zipfile.BadZipFile,
    DatabaseError,
    EncryptionError,
    pl.exceptions.PolarsError,
)


class UnreadableFileError(Exception):
    """A file whose kind is known, and that cannot be decoded."""


def contents(path: Path) -> Iterator[bytes]:
    """The bytes of a file in overlapping pieces, then what they stand for where they are encoded.

    Raises:
        UnreadableFileError: It cannot be read or decoded.
    """
    try:
        with path.open("rb") as file:
            head = file.read(16)
            file.seek(0)
            before = b""
            while piece := file.read(_CHUNK):
                yield before + piece
                before = piece[-_OVERLAP:]
        yield from _decoded(path, head)
    except _UNREADABLE as error:
        raise UnreadableFileError(type(error).__name__) from None


def _decoded(path: Path, head: bytes) -> Iterator[bytes]:
    if key_id_of(path):
        content = read_decrypted(path)
        yield content
        if content.startswith(_PARQUET):
            yield _rows_of_parquet(content)
    elif head.startswith(_PARQUET):
        yield _rows_of_parquet(path.read_bytes())
    elif head[8:12] == b"DUCK":
        with open_database(path, read_only=True) as connection:
            yield from _tables(connection)
    elif head.startswith(b"SQLite format 3"):
        yield from _sqlite(path)
    elif head.startswith(b"\x1f\x8b"):
        with gzip.open(path) as file:
            yield file.read()
    elif head.startswith(b"PK\x03\x04"):
        with zipfile.ZipFile(path) as archive:
            yield from (archive.read(name) for name in archive.namelist())


def _rows_of_parquet(content: bytes) -> bytes:
    """The rows as JSON lines, in which nested texts are readable."""
    return pl.read_parquet(content).write_ndjson().encode()


def _tables(connection: Connection) -> Iterator[bytes]:
    sql = sql_of(__file__, "stored_tables")
    for schema, table in connection.execute(sql).fetchall():
        yield from _rows(connection, f'"{schema}"."{table}"')


def _rows(connection: Connection, relation: str) -> Iterator[bytes]:
    """The rows as JSON, in which nested texts are readable."""
    cursor = connection.execute(f"select to_json(one)::varchar from {relation} as one")
    while rows := cursor.fetchmany(_BATCH):
        yield "\n".join(row for (row,) in rows).encode()


def _sqlite(path: Path) -> Iterator[bytes]:
    with closing(sqlite3.connect(f"{path.resolve().as_uri()}?mode=ro", uri=True)) as connection:
        names = connection.execute("select name from sqlite_master where type = 'table'").fetchall()
        for (name,) in names:
            for row in connection.execute(f'select * from "{name}"'):
                cells = (one if isinstance(one, bytes) else str(one).encode() for one in row)
                yield b"\n".join(cells)
