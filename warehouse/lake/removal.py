"""Removal of calls from the lake, whatever was stored under their ids."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from warehouse.files import one_writer
from warehouse.lake.manifest import append
from warehouse.lake.parquet import scan_rows, write_rows
from warehouse.lake.schema import SCHEMAS

if TYPE_CHECKING:
    from collections.abc import Collection
    from pathlib import Path

    from warehouse.lake.lake import Lake
    from warehouse.lake.manifest import Part


def remove_calls(lake: Lake, call_ids: Collection[str]) -> None:
    """Remove every result of some calls; the parts that held them are written again without them.

    A part keeps the number of its commit, so that its other calls are not listed again. A crash
    leaves a part either unchanged or without the calls.
    """
    gone = pl.col("call_id").is_in(list(call_ids))
    found = lake.index.days_of(call_ids).values()
    with one_writer(lake.root):
        for day in sorted(set().union(*found)):
            for part in lake.manifest(day).parts:
                kept = _without(lake.root, part, gone)
                if kept != part:
                    append(lake.root, day, kept)
                    for file in part.files.values():
                        (lake.root / file.path).unlink()


def _without(root: Path, part: Part, gone: pl.Expr) -> Part:
    """A part without some calls; itself if it has none of them."""
    calls = scan_rows([root / part.files["call"].path], "call")
    if calls.filter(gone).collect().is_empty():
        return part
    files = {}
    for table in SCHEMAS:
        name = part.files[table].path
        kept = scan_rows([root / name], table).filter(~gone).collect()
        files[table] = write_rows(root, name.removesuffix(".parquet") + "-kept.parquet", kept)
    return part.model_copy(update={"files": files})
