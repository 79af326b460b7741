"""Export of relations to Parquet, CSV and Excel."""

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
    """Write all rows of a relation atomically.

    Args:
        snapshot: The snapshot.
        relation: Name such as `mart.agent_daily`.
        file: Output file; its suffix sets the format: .parquet, .csv or .xlsx.

    Raises:
        ExportError: Unknown suffix, missing folder, or too many rows for a sheet.
        QueryError: The relation does not exist.
    """
    write = _WRITERS.get(file.suffix)
    if write is None:
        raise ExportError(f"{file.name}: expected a name that ends in {', '.join(_WRITERS)}")
    if not file.parent.is_dir():
        raise ExportError(f"{file.parent}: the folder does not exist")
    snapshot.check(relation)
    draft = file.with_name(f"{file.name}.tmp")
    try:
        write(draft, snapshot, f"from {relation}")
        settle(draft, file)
    finally:
        draft.unlink(missing_ok=True)


def _csv(file: Path, snapshot: Snapshot, query: str) -> None:
    # Excel recognises UTF-8 by the byte order mark.
    with file.open("w", encoding="utf-8-sig", newline="") as out:
        write_csv(out, *snapshot.ask(query))


def _excel(file: Path, snapshot: Snapshot, query: str) -> None:
    ((time_zone,),) = snapshot.ask("select time_zone from meta.snapshot").rows
    write_excel(file, *snapshot.ask(query), time_zone)


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
