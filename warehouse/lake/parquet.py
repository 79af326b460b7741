"""Writing and reading of the lake's Parquet files, including older versions."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from warehouse.files import settle, sha256_of
from warehouse.lake.manifest import PartFile
from warehouse.lake.schema import SCHEMAS

if TYPE_CHECKING:
    from pathlib import Path


def write_rows(root: Path, name: str, frame: pl.DataFrame) -> PartFile:
    """Write a file of the lake.

    Args:
        root: The lake's folder.
        name: Path in the folder.
        frame: The rows.
    """
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    draft = path.with_suffix(".tmp")
    frame.write_parquet(draft, compression="zstd")
    settle(draft, path)
    return PartFile(path=name, row_count=frame.height, sha256=sha256_of(path))


def scan_rows(files: list[Path], table: str) -> pl.LazyFrame:
    """The rows of a table of the lake; columns that older files lack are null."""
    if not files:
        return pl.LazyFrame(schema=SCHEMAS[table])
    return pl.scan_parquet(
        files, schema=SCHEMAS[table], missing_columns="insert", hive_partitioning=False
    )
