"""CSV and Excel output in which text is never interpreted as a formula."""

from __future__ import annotations

import csv
from datetime import date
from typing import TYPE_CHECKING, Any

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
    "default_date_format": "yyyy-mm-dd hh:mm:ss",
}
_CELL_CHARACTERS = 32_767


def harmless(cell: Any) -> Any:
    """The cell for a CSV file; a quote mark prefixes text that would be read as a formula."""
    if isinstance(cell, str) and cell.lstrip().startswith(_FORMULA_STARTS):
        return f"'{cell}"
    return cell


def write_csv(
    out: TextIO, columns: Sequence[str], rows: Iterable[Sequence[Any]], *, end: str = "\r\n"
) -> None:
    """Write rows with a header of column names."""
    writer = csv.writer(out, lineterminator=end)
    writer.writerow([harmless(name) for name in columns])
    writer.writerows([harmless(cell) for cell in row] for row in rows)


def write_excel(file: Path, columns: Sequence[str], rows: Iterable[Sequence[Any]]) -> None:
    """Write one sheet: text is never converted, and cut at 32,767 characters; instants are in UTC.

    Raises:
        ExportError: There are more rows than a sheet holds.
    """
    with xlsxwriter.Workbook(file, _WORKBOOK) as workbook:
        sheet = workbook.add_worksheet()
        sheet.freeze_panes(1, 0)
        sheet.write_row(0, 0, columns, workbook.add_format({"bold": True}))
        day = workbook.add_format({"num_format": "yyyy-mm-dd"})
        for number, row in enumerate(rows, start=1):
            if number == _SHEET_ROWS:
                raise ExportError(
                    f"An Excel sheet holds {_SHEET_ROWS - 1:,} rows and this relation has more;"
                    " export it to .csv or .parquet instead."
                )
            for place, cell in enumerate(row):
                _write_cell(sheet, number, place, cell, day)


def _write_cell(sheet: Any, number: int, place: int, cell: Any, day: Any) -> None:
    if isinstance(cell, list):
        cell = ", ".join(map(str, cell))
    if isinstance(cell, str):  # never `write`, which converts text that looks like another type
        sheet.write_string(number, place, cell[:_CELL_CHARACTERS])
    elif type(cell) is date:  # `datetime` is a subclass of `date`
        sheet.write_datetime(number, place, cell, day)
    else:
        sheet.write(number, place, cell)
