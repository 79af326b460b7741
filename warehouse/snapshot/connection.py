"""DuckDB connections with the settings of this project: offline, without progress bar.

An encrypted file is attached, since DuckDB takes its key only there.
"""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import duckdb

from warehouse.errors import EncryptionError
from warehouse.lake.encryption import keys, missing

Connection = duckdb.DuckDBPyConnection
"""The type of a connection, for modules that are given one."""

DatabaseError = duckdb.Error
"""A database that cannot be read, or a statement that fails."""

_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}


_FLAGS_AT = 20
"""Where the header of a DuckDB file has its flags; the first of them is encryption."""

_STORED = "stored"
"""Name of an encrypted database in its connection, which begins in memory."""


def open_database(path: Path, *, read_only: bool = False, encrypt: bool = True) -> Connection:
    """Open a file, plain or encrypted; close it, or use it in a `with`.

    Args:
        path: The file; created if missing, unless read-only.
        read_only: Open read-only, so that others can read the file at the same time.
        encrypt: Whether a new file is encrypted, if there are keys.

    Raises:
        EncryptionError: None of our keys opens it.
    """
    is_new = not path.exists() and not read_only
    if is_encrypted(path) or (is_new and encrypt and keys()):
        connection = duckdb.connect(config=_CONFIG)
        attach(connection, path, _STORED, read_only=read_only)
        connection.execute(f"use {_STORED}")
    else:
        connection = duckdb.connect(path, read_only=read_only, config=_CONFIG)
    if not is_locked(connection):
        # The bar would overwrite our own progress bar, and appear in logs.
        connection.execute("set enable_progress_bar = false")
    return connection


def is_locked(connection: Connection) -> bool:
    """Whether this process has the file open already, with settings that nobody changes."""
    rows = connection.execute("select current_setting('lock_configuration')").fetchall()
    return bool(rows[0][0])


def open_memory() -> Connection:
    """Open an empty database in memory, from which others are attached."""
    return duckdb.connect(config=_CONFIG)


def attach(connection: Connection, path: Path, name: str, *, read_only: bool = True) -> None:
    """Attach a file, plain or encrypted, to a connection.

    Args:
        connection: The connection.
        path: The file; a new one is encrypted with the first key.
        name: Its name in the connection.
        read_only: Whether it cannot be written.

    Raises:
        EncryptionError: None of our keys opens it.
    """
    options = "read_only, " if read_only else ""
    if path.exists() and not is_encrypted(path):
        connection.execute(f"attach {_quoted(path)} as {name} ({options}type duckdb)")
        return
    load_extension(connection, "httpfs")  # its OpenSSL writes, and reads five times as fast
    connection.execute("set temp_file_encryption = true")
    for key in keys():
        try:
            # A bound value: the key is in no statement that an error or a log could show.
            connection.execute(
                f"attach {_quoted(path)} as {name} ({options}encryption_key $key)",
                {"key": key.database_password},
            )
        except duckdb.InvalidInputException:  # another key
            continue
        return
    connection.close()
    raise EncryptionError(f"{path}: is encrypted; {missing()}")


def is_encrypted(path: Path) -> bool:
    """Whether a file is a database that DuckDB has encrypted."""
    if not path.exists():
        return False
    with path.open("rb") as file:
        head = file.read(_FLAGS_AT + 1)
    return head[8:12] == b"DUCK" and len(head) > _FLAGS_AT and bool(head[_FLAGS_AT] & 1)


def is_under_current_key(path: Path) -> bool:
    """Whether a database is encrypted with the first key, or plain if there are no keys."""
    found = keys()
    if not found or not is_encrypted(path):
        return not found and not is_encrypted(path)
    connection = duckdb.connect(config=_CONFIG)
    try:
        statement = f"attach {_quoted(path)} as {_STORED} (read_only, encryption_key $key)"
        connection.execute(statement, {"key": found[0].database_password})
    except duckdb.Error:
        return False
    else:
        return True
    finally:
        connection.close()


def cursor_of(connection: Connection) -> Connection:
    """A cursor on the database that a connection uses; of its own, it would begin in memory."""
    cursor = connection.cursor()
    name = connection.execute("select current_database()").fetchall()[0][0]
    cursor.execute(f'use "{name}"')
    return cursor


def _quoted(path: Path) -> str:
    return "'" + str(path).replace("'", "''") + "'"


def load_extension(connection: Connection, name: str) -> None:
    """Load a DuckDB extension from the Python package that bundles it, without any download."""
    package = find_spec(f"duckdb_extension_{name}")
    assert package is not None, "a locked dependency is missing"
    assert package.origin is not None, "a package has a file"
    folder = Path(package.origin).parent / "extensions" / f"v{duckdb.__version__}"
    connection.execute(f"load '{folder / f'{name}.duckdb_extension'}'")
