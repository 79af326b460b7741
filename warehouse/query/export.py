"""Write a relation of a snapshot to a file for other tools."""

from __future__ import annotations

from typing import TYPE_CHECKING

from pyarrow.parquet import ParquetWriter

from warehouse.errors import ExportError
from warehouse.files import settle
from warehouse.spreadsheets import write_csv, write_excel

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from warehouse.query.reader import Snapshot


def export(snapshot: Snapshot, relation: str, file: Path) -> None:
    """Write all rows of a relation, whole or not at all.

    Args:
        snapshot: Where it is.
        relation: Such as `mart.agent_daily`.
        file: Its ending says how: .parquet, .csv or .xlsx.

    Raises:
        ExportError: The ending is another one, the folder is missing, or a sheet is too small.
        QueryError: There is no such relation.
    """
    write = _WRITERS.get(file.suffix)
    if write is None:
        raise ExportError(f"{file.name}: expected a name that ends in {', '.join(_WRITERS)}")
    if not file.parent.is_dir():
        raise ExportError(f"{file.parent}: there is no such folder")
    snapshot.check(relation)
    draft = file.with_name(f"{file.name}.tmp")
    try:
        write(draft, snapshot, f"from {relation}")
        settle(draft, file)
    finally:
        draft.unlink(missing_ok=True)


def _csv(file: Path, snapshot: Snapshot, query: str) -> None:
    # The mark in front of UTF-8 is how Excel knows it.
    with file.open("w", encoding="utf-8-sig", newline="") as out:
        write_csv(out, *snapshot.ask(query))


def _excel(file: Path, snapshot: Snapshot, query: str) -> None:
    write_excel(file, *snapshot.ask(query))


def _parquet(file: Path, snapshot: Snapshot, query: str) -> None:
    batches = snapshot.batches(query)
    with ParquetWriter(file, batches.schema, compression="zstd") as out:
        for batch in batches:
            out.write_batch(batch)


_WRITERS: dict[str, Callable[[Path, Snapshot, str], None]] = {
    ".parquet": _parquet,
    ".csv": _csv,
    ".xlsx": _excel,
}
