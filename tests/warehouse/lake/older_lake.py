"""A lake as an older version of callqa wrote it."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import polars as pl

from warehouse.files import sha256_of
from warehouse.lake.manifest import manifest_files, read_manifest

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

    from warehouse.lake.lake import Lake


def as_older(
    lake: Lake, table: str, change: Callable[[pl.DataFrame], pl.DataFrame] = lambda rows: rows
) -> None:
    """Change a table's rows, and write every manifest as one JSON document a day."""
    for day in lake.days():
        _rewrite(lake, day, table, change)


def _rewrite(
    lake: Lake, day: date, table: str, change: Callable[[pl.DataFrame], pl.DataFrame]
) -> None:
    parts = [part.model_dump(mode="json") for part in read_manifest(lake.root, day).parts]
    for part in parts:
        file = part["files"][table]
        path = lake.root / file["path"]
        change(pl.read_parquet(path, hive_partitioning=False)).write_parquet(path)
        file["sha256"] = sha256_of(path)
    older, lines = manifest_files(lake.root, day)
    older.write_text(json.dumps({"call_date": str(day), "parts": parts}, indent=1))
    lines.unlink(missing_ok=True)
