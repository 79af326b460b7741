"""DuckDB connections with the settings of this project: offline, without progress bar."""

from __future__ import annotations

from importlib.util import find_spec
from pathlib import Path

import duckdb

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


def open_memory() -> Connection:
    """Open an empty database in memory, from which others are attached."""
    return duckdb.connect(config=_CONFIG)


def load_extension(connection: Connection, name: str) -> None:
    """Load a DuckDB extension from the Python package that bundles it, without any download."""
    package = find_spec(f"duckdb_extension_{name}")
    assert package is not None, "a locked dependency is missing"
    assert package.origin is not None, "a package has a file"
    folder = Path(package.origin).parent / "extensions" / f"v{duckdb.__version__}"
    connection.execute(f"load '{folder / f'{name}.duckdb_extension'}'")
