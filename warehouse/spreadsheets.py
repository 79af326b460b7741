"""CSV and Excel output in which text is never interpreted as a formula."""

from __future__ import annotations

import csv
import json
from datetime import date, datetime
from itertools import chain, islice
from typing import TYPE_CHECKING, Any
from unicodedata import normalize
from zoneinfo import ZoneInfo

import xlsxwriter

from warehouse.errors import ExportError

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence
    from pathlib import Path
    from typing import TextIO

_FORMULA_STARTS = ("=", "+", "-", "@", "|", "%")
_SHEET_ROWS = 1_048_576
_WORKBOOK = {
    "constant_memory": True,
    "strings_to_formulas": False,
    "strings_to_urls": False,
    "nan_inf_to_errors": True,
    "remove_timezone": True,
}
_CELL_CHARACTERS = 32_767
_MEASURED_ROWS = 200
"""Rows whose longest cell sets the width of a column."""
_WIDEST = 60


def harmless(cell: Any) -> Any:
    """The cell for a CSV file; a quote mark prefixes text that would be read as a formula."""
    if isinstance(cell, dict):
        return json.dumps(cell, ensure_ascii=False, default=str)
    # Some spreadsheets also calculate from full-width signs.
    if isinstance(cell, str) and normalize("NFKC", cell.lstrip()[:1]).startswith(_FORMULA_STARTS):
        return f"'{cell}"
    return cell


def write_csv(
    out: TextIO, columns: Sequence[str], rows: Iterable[Sequence[Any]], *, end: str = "\r\n"
) -> None:
    """Write rows with a header of column names."""
    writer = csv.writer(out, lineterminator=end)
    writer.writerow([harmless(name) for name in columns])
    writer.writerows([harmless(cell) for cell in row] for row in rows)


def write_excel(
    file: Path, columns: Sequence[str], rows: Iterable[Sequence[Any]], time_zone: str
) -> None:
    """Write one sheet with filters: text is never converted, and cut at 32,767 characters.

    Args:
        file: The workbook.
        columns: Their names.
        rows: The cells.
        time_zone: In which instants are written; each cell shows its name.

    Raises:
        ExportError: There are more rows than a sheet holds.
    """
    with xlsxwriter.Workbook(file, _WORKBOOK) as workbook:
        sheet = workbook.add_worksheet()
        sheet.freeze_panes(1, 0)
        left = iter(rows)
        first_rows = list(islice(left, _MEASURED_ROWS))
        for place, width in enumerate(_widths(columns, first_rows)):
            sheet.set_column(place, place, width)
        sheet.write_row(0, 0, columns, workbook.add_format({"bold": True}))
        day = workbook.add_format({"num_format": "yyyy-mm-dd"})
        instant = workbook.add_format({"num_format": f'yyyy-mm-dd hh:mm:ss "{time_zone}"'})
        zone = ZoneInfo(time_zone)
        number = 0
        for number, row in enumerate(chain(first_rows, left), start=1):
            if number == _SHEET_ROWS:
                raise ExportError(
                    f"An Excel sheet holds {_SHEET_ROWS - 1:,} rows and this relation has more;"
                    " export it to .csv or .parquet instead."
                )
            for place, cell in enumerate(row):
                if isinstance(cell, datetime):
                    local = cell.astimezone(zone) if cell.tzinfo else cell
                    sheet.write_datetime(number, place, local, instant)
                else:
                    _write_cell(sheet, number, place, cell, day)
        sheet.autofilter(0, 0, number, len(columns) - 1)


def _widths(columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> list[int]:
    """Widths of columns in characters; those of texts are bounded."""
    widths = [len(name) + 2 for name in columns]  # the button of the filter needs two
    for row in rows:
        widths = [max(width, len(str(cell))) for width, cell in zip(widths, row, strict=True)]
    return [min(width, _WIDEST) for width in widths]


def _write_cell(sheet: Any, number: int, place: int, cell: Any, day: Any) -> None:
    if isinstance(cell, list):
        cell = ", ".join(map(str, cell))
    elif isinstance(cell, dict):
        cell = json.dumps(cell, ensure_ascii=False, default=str)
    if isinstance(cell, str):  # never `write`, which converts text that looks like another type
        sheet.write_string(number, place, cell[:_CELL_CHARACTERS])
    elif isinstance(cell, date):
        sheet.write_datetime(number, place, cell, day)
    else:
        sheet.write(number, place, cell)
