"""Days on which original recordings with card data were first missed, kept beside the lake."""

from __future__ import annotations

import hashlib
from datetime import date
from typing import TYPE_CHECKING

import duckdb
import polars as pl
from pydantic import TypeAdapter

from warehouse.files import replace_atomically
from warehouse.snapshot.connection import open_database
from warehouse.sql_files import sql_of

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from warehouse.lake.lake import Lake

_DAYS = TypeAdapter(dict[str, date])
_SCHEMA = {"recording_path": pl.String, "deleted_on": pl.Date}


def record_of(lake: Lake) -> Path:
    """The file that keeps them."""
    return lake.root / "originals.json"


def known_days(lake: Lake) -> dict[str, date]:
    """The days by what is kept of the path."""
    record = record_of(lake)
    return _DAYS.validate_json(record.read_bytes()) if record.exists() else {}


def keep_days(lake: Lake, days: Mapping[str, date]) -> None:
    """Keep the days that are known now, in the place of all that were."""
    if days != known_days(lake):
        replace_atomically(record_of(lake), _DAYS.dump_json(dict(sorted(days.items())), indent=1))


def state_with_days(lake: Lake) -> str:
    """Hash of everything that a snapshot is made of."""
    state, days = lake.state_sha256(), known_days(lake)
    # A lake from before there were days has the state that it had.
    return hashlib.sha256(f"{state} {sorted(days.items())}".encode()).hexdigest() if days else state


def paths_of_card_data(snapshot: Path) -> list[str] | None:
    """What a snapshot keeps of the paths of originals with card data; None if it cannot be read."""
    try:
        with open_database(snapshot, read_only=True) as connection:
            rows = connection.execute("select recording_path from mart.pci_evidence").fetchall()
    except duckdb.Error:  # damaged, or of another version
        return None
    return [path for (path,) in rows]


def rows_of_days(connection: duckdb.DuckDBPyConnection, lake: Lake) -> pl.DataFrame:
    """The days as rows, of the calls in a database; no other path gets into its file."""
    days = known_days(lake)
    found = connection.execute(sql_of(__file__, "known_paths"), {"paths": list(days)}).fetchall()
    rows = [(path, days[path]) for (path,) in sorted(found)]
    return pl.DataFrame(rows, _SCHEMA, orient="row")
