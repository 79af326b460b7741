"""Open a DuckDB file the way this project wants it: quiet, offline, one place to say how."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb

if TYPE_CHECKING:
    from pathlib import Path

_CONFIG: dict[str, str | bool | int | float | list[str]] = {
    "autoinstall_known_extensions": False,
    "autoload_known_extensions": False,
}


def open_database(path: Path, *, read_only: bool = False) -> duckdb.DuckDBPyConnection:
    """Open a file; close it, or use it in a `with`.

    Args:
        path: The file; made if missing, unless it is only read.
        read_only: Whether others may read it meanwhile.
    """
    connection = duckdb.connect(path, read_only=read_only, config=_CONFIG)
    # The bar would draw over our own progress, and into logs.
    connection.execute("set enable_progress_bar = false")
    return connection
