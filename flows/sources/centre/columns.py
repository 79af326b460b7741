"""Whether the columns of a table can be told apart by their names."""

from __future__ import annotations

from collections import defaultdict
from datetime import date
from typing import TYPE_CHECKING

from flows.sources.documents import MetadataError

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from flows.sources.documents import Row


def repeated_columns(rows: Sequence[Row]) -> list[str]:
    """Names that several columns have whose cells differ in some row: no one knows which counts.

    A table whose first line has numbers has no names of columns.
    """
    head = [name.strip() for name in rows[0].cells] if rows else []
    if any(name.isdecimal() for name in head):
        return []
    by_name: defaultdict[str, list[int]] = defaultdict(list)
    for at, name in enumerate(head):
        by_name[name].append(at)
    return [
        name
        for name, places in by_name.items()
        if name
        and len(places) > 1
        and any(len({_cell(row, at) for at in places}) > 1 for row in rows[1:])
    ]


def has_more_cells(cells: Sequence[str], head: Sequence[str]) -> bool:
    """Whether a row has cells behind the last column; a spreadsheet may write empty ones."""
    return any(map(str.strip, cells[len(head) :]))


def _cell(row: Row, at: int) -> str:
    return row.cells[at].strip() if at < len(row.cells) else ""


def check_columns(name: str, rows: Sequence[Row], used: Collection[str] | None = None) -> None:
    """Refuse a table in which two columns of one name say different things.

    Args:
        name: The file, for the message.
        rows: Its rows.
        used: The columns that matter; all if None.

    Raises:
        MetadataError: Names these columns.
    """
    if wrong := [one for one in repeated_columns(rows) if used is None or one in used]:
        listed = ", ".join(f"`{one}`" for one in wrong)
        raise MetadataError(
            f"{name}:1 has several columns {listed} with different cells; keep one of each"
        )


def day_of(text: str) -> date | None:
    """The date in a cell; None if it holds none."""
    try:
        return date.fromisoformat(text)
    except ValueError:
        return None


def period_faults(row: Mapping[str, str]) -> Iterator[str]:
    """What is wrong with the columns `from` and `until` of a row."""
    for name in ("from", "until"):
        if row.get(name) and day_of(row[name]) is None:
            yield f"column `{name}` is no date; expected one such as 2026-03-01"
    first, last = day_of(row.get("from", "")), day_of(row.get("until", ""))
    if first and last and last < first:
        yield "column `until` is before `from`; expected the last day, which is included"
