"""Connections to a DuckLake whose catalogue is a PostgreSQL database.

Extensions are loaded from installed packages; nothing is downloaded. No message or representation
contains a password.
"""

from __future__ import annotations

from contextlib import contextmanager
from dataclasses import dataclass, field
from importlib.util import find_spec
from typing import TYPE_CHECKING, Any

import duckdb

from warehouse.ducklake.s3 import endpoint_options, s3_secret
from warehouse.ducklake.text import literal
from warehouse.errors import DuckLakeError
from warehouse.snapshot.connection import load_extension, open_memory

if TYPE_CHECKING:
    from collections.abc import Iterator

NAME = "callqa"
"""Name of the attached lake, and of the schema of its catalogue in PostgreSQL."""

_MEMORY = "4GB"
_LOCK = "select pg_advisory_lock(hashtext('callqa ducklake'))"
_WAIT_S = 600
_MISSING = "DuckLake needs packages that are not installed; `make setup-scale` installs them"
_HIDDEN = ("password", "sslpassword", "passfile")


@dataclass(frozen=True, slots=True, kw_only=True)
class Target:
    """A DuckLake.

    Attributes:
        dsn: Connection string of the PostgreSQL database; may contain a password.
        data: Folder or `s3://` URL of the data files.
    """

    dsn: str = field(repr=False)
    data: str

    @property
    def on_s3(self) -> bool:
        """Whether the data files are in an S3 store."""
        return self.data.startswith("s3://")

    def parts(self) -> dict[str, str]:
        """The connection string by keyword.

        Raises:
            DuckLakeError: It is not a connection string, or packages are missing.
        """
        psycopg = _psycopg()
        try:
            found = psycopg.conninfo.conninfo_to_dict(self.dsn)
        except psycopg.ProgrammingError:
            raise DuckLakeError(
                "CALLQA_DUCKLAKE: not a connection string; expected one such as"
                " postgresql://callqa@db.example/warehouse"
            ) from None
        return {name: str(value) for name, value in found.items() if value}

    def shown(self, user: str) -> str:
        """The connection string for another user, without anything secret."""
        shown = {name: value for name, value in self.parts().items() if name not in _HIDDEN}
        return str(_psycopg().conninfo.make_conninfo(**{**shown, "user": user}))

    def fault(self, error: Exception) -> DuckLakeError:
        """An error of a server or of DuckDB in one line, without the connection string."""
        parts = self.parts()
        cause = " ".join(str(error).split())
        if "Unable to connect" in cause or "connection failed" in cause:
            cause = cause.rpartition("failed: ")[2]
        for secret in (self.dsn, *(parts[name] for name in _HIDDEN if name in parts)):
            cause = cause.replace(secret, "***")
        where = f"{parts.get('host', 'this machine')}/{parts.get('dbname', '')}"
        return DuckLakeError(
            f"the DuckLake {where} cannot be reached or written ({cause[:300]}); the warehouse of"
            " the home folder is complete, and the next publication brings the lake up to date"
        )


def attach_lines(target: Target, user: str) -> list[str]:
    """The statements by which an analyst attaches the lake read-only; they contain no password."""
    options = [
        "type s3",
        "provider credential_chain",
        *(endpoint_options() if target.on_s3 else ()),
    ]
    source = literal(f"ducklake:postgres:{target.shown(user)}")
    return [
        *([f"create secret ({', '.join(options)});"] if target.on_s3 else []),
        f"attach {source} as {NAME} (read_only, metadata_schema '{NAME}');",
        f"use {NAME};",
    ]


@contextmanager
def writing(target: Target) -> Iterator[duckdb.DuckDBPyConnection]:
    """Attach a lake as its only writer; it is the default database.

    Waits for another writer. The lock is PostgreSQL's, so it ends with the process that holds it.

    Raises:
        DuckLakeError: The lake cannot be reached or written, or another writer has not ended.
    """
    psycopg = _psycopg()
    target.parts()
    try:
        with (
            psycopg.connect(target.dsn, autocommit=True, application_name="callqa") as session,
            open_memory() as connection,
        ):
            session.execute(f"set lock_timeout = '{_WAIT_S}s'")
            session.execute(_LOCK)
            _attach(connection, target)
            yield connection
    except psycopg.errors.LockNotAvailable:
        raise DuckLakeError(
            f"another process has been writing the DuckLake for {_WAIT_S // 60} minutes; try again"
            " when it has ended (pg_stat_activity lists it as the application callqa)"
        ) from None
    except (psycopg.Error, duckdb.Error) as error:
        raise target.fault(error) from None


def vacuum(target: Target) -> None:
    """Make PostgreSQL drop the old rows of the catalogue, which a delete only hides.

    Raises:
        DuckLakeError: The server cannot be reached, or somebody reads a table for too long.
    """
    psycopg = _psycopg()
    try:
        with psycopg.connect(target.dsn, autocommit=True, application_name="callqa") as session:
            session.execute(f"set lock_timeout = '{_WAIT_S}s'")
            named = "select tablename from pg_tables where schemaname = %s"
            for (table,) in session.execute(named, [NAME]).fetchall():
                session.execute(f'vacuum full {NAME}."{table}"')
    except psycopg.Error as error:
        raise target.fault(error) from None


def _attach(connection: duckdb.DuckDBPyConnection, target: Target) -> None:
    for name in ("ducklake", "postgres_scanner", *(["httpfs"] if target.on_s3 else [])):
        load_extension(connection, name)
    if target.on_s3:
        connection.execute(s3_secret())
    connection.execute(f"set memory_limit = '{_MEMORY}'")
    # Inlined rows would be values of calls in the catalogue, and 1.5.5 cannot read those of maps.
    options = f"data_path {literal(target.data)}, metadata_schema '{NAME}'"
    connection.execute(
        f"attach {literal(f'ducklake:postgres:{target.dsn}')} as {NAME}"
        f" ({options}, data_inlining_row_limit 0)"
    )
    connection.execute(f"use {NAME}")


def _psycopg() -> Any:
    """The client of PostgreSQL, which is part of the extra `scale`.

    Raises:
        DuckLakeError: The extra is not installed.
    """
    if not find_spec("psycopg") or not find_spec("duckdb_extension_ducklake"):
        raise DuckLakeError(_MISSING)
    import psycopg  # noqa: PLC0415  # optional

    return psycopg
