"""`calls.csv`: our own form of metadata as a table, one call a line."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, Any

from flows.sources.centre.columns import check_columns, has_more_cells
from flows.sources.documents import MetadataError, read_table, row_by_column
from flows.sources.metadata import call_of
from models.limits import DEFAULT_LIMITS

if TYPE_CHECKING:
    from collections.abc import Mapping
    from pathlib import Path

    from flows.sources.custom_fields import FieldCounts
    from models.call import Call
    from models.limits import Limits

CSV_NAME = "calls.csv"
_MAX_FILE = 1000
_CHANNELS = re.compile(r"^channel_(left|right|mono)$")
_FIELDS = "fields."
_QUOTES = "put quotes around a cell that holds the separator"


def is_calls_table(path: Path) -> bool:
    """Whether a file is such a table: by its name, in any folder and in any case."""
    return path.name.lower() == CSV_NAME


def read_csv(
    path: Path, limits: Limits = DEFAULT_LIMITS, counts: FieldCounts | None = None
) -> dict[str, Call | MetadataError]:
    """Read a table with a `file` column and one column per field.

    The channel map is given by `channel_left` and `channel_right`, or `channel_mono`; custom
    fields by columns such as `fields.campaign`. `counts` counts the cells of unknown columns.

    Returns:
        By the name in `file`, or by line if that is empty: the call or its error.

    Raises:
        MetadataError: The file as a whole cannot be read.
        TooLargeError: The file is larger than allowed.
    """
    rows = read_table(path, limits)
    names = [name.strip() for name in rows[0].cells] if rows else []
    if "file" not in names:
        raise MetadataError(f"{path.name}:1 has no column `file`; add it, followed by the fields")
    check_columns(path.name, rows)
    found: dict[str, Call | MetadataError] = {}
    for line, cells in rows[1:]:
        place, row = f"{path.name}:{line}", row_by_column(names, cells)
        file = row.get("file", "").strip()
        if not file:
            found[place] = MetadataError(f"{place} names no file; write one, or delete the line")
        elif len(file) > _MAX_FILE:
            found[place] = MetadataError(f"{place} names a file of {len(file)} letters; correct it")
        elif file in found:
            found[file] = MetadataError(f"{place} describes {file} again; delete one of the lines")
        elif has_more_cells(cells, names):
            found[file] = MetadataError(f"{place} has more cells than columns; {_QUOTES}")
        else:
            found[file] = _checked(row, place, counts)
    return found


def _checked(
    row: Mapping[str, str], place: str, counts: FieldCounts | None
) -> Call | MetadataError:
    try:
        return call_of(_as_object(row), place, counts)
    except MetadataError as error:
        return error


def _as_object(row: Mapping[str, str]) -> dict[str, Any]:
    """A line as the object that a sidecar would be; empty cells are left out."""
    data: dict[str, Any] = {"channel_map": {}, "fields": {}}
    for name, value in row.items():
        if not name or not value.strip() or name == "file":
            continue
        if channel := _CHANNELS.match(name):
            data["channel_map"][channel[1]] = value.strip()
        elif name.startswith(_FIELDS):
            data["fields"][name.removeprefix(_FIELDS)] = value
        else:
            data[name] = value
    return data
