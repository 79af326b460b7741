"""Rows of uploads by whom they are about: read, or removed by writing their files again."""

from __future__ import annotations

from typing import TYPE_CHECKING

import polars as pl

from warehouse.files import one_writer, replace_atomically
from warehouse.lake.parquet import readable, write_rows
from warehouse.lake.upload_store import SUPPLIED, UploadManifest, upload_manifest

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping
    from pathlib import Path

    from warehouse.lake.columns import Row
    from warehouse.lake.lake import Lake


def remove_upload_rows(lake: Lake, subjects: Mapping[str, Collection[str]]) -> int:
    """Remove the rows of every upload in which a column has one of some values.

    Rows that hang on them, such as the commitments of a coaching session, go with them. Files with
    any are written again; `removal.sweep` removes those that they were.

    Args:
        lake: The lake.
        subjects: The values by column, such as `call_id` and `contact_id`.

    Returns:
        The number of rows.
    """
    with one_writer(lake.root):
        sessions = _sessions(lake, subjects)
        wanted = {**subjects, **({"session_id": sessions} if sessions else {})}
        parts, removed = [], 0
        for part in lake.uploads.manifest().parts:
            path = lake.root / part.file.path
            rows = pl.read_parquet(readable([path])[0])
            kept = rows.filter(~_is_any(rows, wanted))
            if kept.height == rows.height:
                parts.append(part)
                continue
            removed += rows.height - kept.height
            if kept.height:
                name = _free(lake.root, part.file.path)
                parts.append(part.model_copy(update={"file": write_rows(lake.root, name, kept)}))
        if removed:
            manifest = UploadManifest(parts=tuple(parts))
            content = manifest.model_dump_json(indent=1).encode()
            replace_atomically(upload_manifest(lake.root), content)
    return removed


def upload_rows(lake: Lake, subjects: Mapping[str, Collection[str]]) -> dict[str, list[Row]]:
    """The current rows of every upload in which a column has one of some values, by table."""
    frames = {table: lake.uploads.frame(table) for table in SUPPLIED}
    found = {table: rows.filter(_is_any(rows, subjects)) for table, rows in frames.items()}
    return {table: rows.to_dicts() for table, rows in found.items() if rows.height}


def _sessions(lake: Lake, subjects: Mapping[str, Collection[str]]) -> set[str]:
    """The coaching sessions of an agent."""
    agents = list(subjects.get("agent_id", ()))
    if not agents:
        return set()
    rows = lake.uploads.frame("coaching_session")
    return set(rows.filter(pl.col("agent_id").is_in(agents))["session_id"])


def _is_any(rows: pl.DataFrame, wanted: Mapping[str, Collection[str]]) -> pl.Expr:
    tests = [
        pl.col(name).is_in(list(values)).fill_null(value=False)
        for name, values in wanted.items()
        if name in rows.columns and values
    ]
    return pl.any_horizontal(tests) if tests else pl.lit(value=False)


def _free(root: Path, name: str) -> str:
    """A name for the rows that are left; the number before the suffix stays at its place."""
    stem, number = name.removesuffix(".parquet").rsplit("-", 1)
    while (root / (name := f"{stem}-kept-{number}.parquet")).exists():
        stem += "-kept"
    return name
