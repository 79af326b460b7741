"""Removal from the lake: of calls with all that is stored of them, and of their words alone."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

import polars as pl

from warehouse.files import one_writer
from warehouse.lake.manifest import append
from warehouse.lake.parquet import scan_rows, unnamed_files, write_rows
from warehouse.lake.schema import SCHEMAS
from warehouse.lake.upload_store import upload_manifest

if TYPE_CHECKING:
    from collections.abc import Collection
    from datetime import date
    from pathlib import Path

    from warehouse.lake.lake import Lake
    from warehouse.lake.manifest import Part

_AS_WRITTEN = pl.col("reason_code").fill_null("as_written") == "as_written"
_WORDS: dict[str, dict[str, pl.Expr]] = {
    "call": {"alternatives": pl.lit([], SCHEMAS["call"]["alternatives"])},
    "turn": {"text": pl.lit(""), "words": pl.lit([], SCHEMAS["turn"]["words"])},
    "evidence": {"quote": pl.lit("")},
    # Reasons have codes and figures; only older lakes have them as somebody wrote them.
    **{
        table: {
            "why": pl.when(_AS_WRITTEN).then(pl.lit("")).otherwise(pl.col("why")),
            "reason_values": pl.when(~_AS_WRITTEN).then(pl.col("reason_values")),
        }
        for table in ("finding", "evaluation", "answer")
    },
}
"""What takes the place of a call's words, by table and column."""


@dataclass(frozen=True, slots=True, kw_only=True)
class Removal:
    """What is to be removed from the lake.

    Attributes:
        calls: Calls of which nothing stays.
        words: Calls whose words are removed: text of turns, words, quotes.
        audio: Calls whose redacted copies are removed, which the lake only notes.
        on: The day that is noted for words and copies.
    """

    calls: Collection[str] = ()
    words: Collection[str] = ()
    audio: Collection[str] = ()
    on: date | None = None
    _touched: frozenset[str] = field(init=False, default=frozenset())

    def __post_init__(self) -> None:
        """Collect the calls of every kind."""
        touched = frozenset((*self.calls, *self.words, *self.audio))
        object.__setattr__(self, "_touched", touched)

    @property
    def touched(self) -> frozenset[str]:
        """The calls of which something is removed."""
        return self._touched

    def applied(self, table: str, rows: pl.DataFrame) -> pl.DataFrame:
        """The rows of a table as they are afterwards."""
        kept = rows.filter(~_among(self.calls))
        wordless = _among(self.words)
        changes = dict(_WORDS.get(table, {}))
        edits = {name: _where(wordless, new, name) for name, new in changes.items()}
        if table == "call":
            on = pl.lit(self.on, pl.Date)
            edits["transcript_removed_on"] = _where(wordless, on, "transcript_removed_on")
            edits["audio_removed_on"] = _where(_among(self.audio), on, "audio_removed_on")
        return kept.with_columns(**edits)


def _among(call_ids: Collection[str]) -> pl.Expr:
    return pl.col("call_id").is_in(list(call_ids))


def _where(chosen: pl.Expr, new: pl.Expr, name: str) -> pl.Expr:
    return pl.when(chosen).then(new).otherwise(pl.col(name))


def remove_calls(lake: Lake, call_ids: Collection[str]) -> None:
    """Remove every result of some calls, as `remove` does."""
    remove(lake, Removal(calls=call_ids))


def remove(lake: Lake, removal: Removal) -> None:
    """Remove calls, or their words, from every result of theirs; parts are written again.

    A part keeps the number of its commit, so that its other calls are not listed again. A crash
    leaves a part either unchanged or without what is removed; `sweep` removes the file that it was.
    """
    found = lake.index.days_of(removal.touched).values()
    with one_writer(lake.root):
        for day in sorted(set().union(*found)):
            for part in lake.manifest(day).parts:
                kept = _without(lake.root, part, removal)
                if kept != part:
                    append(lake.root, day, kept)
                    for file in part.files.values():
                        (lake.root / file.path).unlink()


def sweep(lake: Lake) -> None:
    """Remove the files that interrupted removals and commits have left, of every day."""
    with one_writer(lake.root):
        for day in lake.days():
            for path in unnamed_files(lake.root, lake.manifest(day)):
                path.unlink()
        named = {part.file.path for part in lake.uploads.manifest().parts}
        for path in upload_manifest(lake.root).parent.glob("*/part-*"):
            if path.relative_to(lake.root).as_posix() not in named:
                path.unlink()


def _without(root: Path, part: Part, removal: Removal) -> Part:
    """A part after a removal; itself if it has none of the calls."""
    calls = scan_rows([root / part.files["call"].path], "call").select("call_id")
    if calls.filter(_among(removal.touched)).collect().is_empty():
        return part
    files = {}
    for table in SCHEMAS:
        name = part.files[table].path
        rows = removal.applied(table, scan_rows([root / name], table).collect())
        files[table] = write_rows(root, name.removesuffix(".parquet") + "-kept.parquet", rows)
    return part.model_copy(update={"files": files})
