"""DuckDB connections with the settings of this project: offline, without progress bar."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb

if TYPE_CHECKING:
    from pathlib import Path

Connection = duckdb.DuckDBPyConnection
"""The type of a connection, for modules that are given one."""

DatabaseError = duckdb.Error
"""A database that cannot be read, or a statement that fails."""

_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}


def open_database(path: Path, *, read_only: bool = False) -> Connection:
    """Open a file; close it, or use it in a `with`.

    Args:
        path: The file; created if missing, unless read-only.
        read_only: Open read-only, so that others can read the file at the same time.
    """
    connection = duckdb.connect(path, read_only=read_only, config=_CONFIG)
    # The bar would overwrite our own progress bar, and appear in logs.
    connection.execute("set enable_progress_bar = false")
    return connection
