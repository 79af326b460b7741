"""Read files of metadata, whatever a spreadsheet or an export made of them."""

from __future__ import annotations

import codecs
import csv
import json
import re
from dataclasses import dataclass
from io import StringIO
from typing import TYPE_CHECKING, Any, NamedTuple

from flows.errors import FlowsError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from models.limits import Limits

JSON_SUFFIXES = frozenset({".json", ".jsonl", ".ndjson", ".vcon"})
TABLE_SUFFIXES = frozenset({".csv", ".tsv"})
_MAX_CELL = 1_000_000  # characters of a cell; exports hold notes of any length
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_SEPARATORS = ("\t", ";", ",")
_QUOTED = re.compile(r'"[^"\n]*"')


class MetadataError(FlowsError):
    """Invalid metadata; the message names the fields and what was expected."""

    def __init__(self, text: str, call_id: str | None = None) -> None:
        super().__init__(text)
        self.call_id = call_id


class Row(NamedTuple):
    """One row of a table.

    Attributes:
        line: The line of the file that it ends in, from 1.
        cells: Its cells.
    """

    line: int
    cells: Sequence[str]


@dataclass(frozen=True, slots=True, kw_only=True)
class Document:
    """A file of metadata.

    Attributes:
        path: The file.
        data: What a JSON file holds, or a list of what the lines of a JSON Lines file hold; None
            for a table.
        rows: The rows of a table, the first with its column names if it has some; empty for JSON.
    """

    path: Path
    data: Any = None
    rows: Sequence[Row] = ()

    def objects(self) -> list[tuple[str, Mapping[str, Any]]]:
        """The rows of a table by column name, or the JSON objects of the file, each with its place.

        The place is for messages: file and line, or file and number.
        """
        name = self.path.name
        if self.rows:
            head = [column.strip() for column in self.rows[0].cells]
            return [
                (f"{name}:{row.line}", dict(zip(head, row.cells, strict=False)))
                for row in self.rows[1:]
            ]
        if not isinstance(self.data, list):
            return [(name, self.data)] if isinstance(self.data, dict) else []
        items = enumerate(self.data, start=1)
        return [(f"{name}, item {at}", one) for at, one in items if isinstance(one, dict)]


def is_document(path: Path) -> bool:
    """Whether a file may hold metadata, by its suffix."""
    return path.suffix.lower() in JSON_SUFFIXES | TABLE_SUFFIXES


def read_document(path: Path, limits: Limits) -> Document:
    """Read a file of metadata.

    Raises:
        MetadataError: It is neither JSON nor a table of text.
        TooLargeError: It is larger than allowed.
    """
    if path.suffix.lower() in TABLE_SUFFIXES:
        return Document(path=path, rows=read_table(path, limits))
    limits.check("max_sidecar_kb", path.stat().st_size)
    try:
        return Document(path=path, data=_parsed(path))
    except (ValueError, OSError) as error:
        raise MetadataError(
            f"{path.name} is not valid JSON ({error}); write one JSON object"
        ) from None
    except RecursionError:
        raise MetadataError(
            f"{path.name} is nested too deeply; write one JSON object of plain fields"
        ) from None


def _parsed(path: Path) -> object:
    content = path.read_bytes()
    if path.suffix.lower() in {".jsonl", ".ndjson"}:
        return [json.loads(line) for line in content.splitlines() if line.strip()]
    return json.loads(content)


def read_table(path: Path, limits: Limits) -> list[Row]:
    """The rows of a CSV file; blank lines are left out.

    UTF-8 and UTF-16 are read; tabs, semicolons or commas separate, whichever the first line has.

    Raises:
        MetadataError: It is no such table.
        TooLargeError: It is larger than allowed.
    """
    csv.field_size_limit(_MAX_CELL)
    limits.check("max_csv_mb", path.stat().st_size)
    try:
        content = path.read_bytes()
        text = content.decode("utf-16" if content.startswith(_UTF_16) else "utf-8-sig")
        head = _QUOTED.sub("", text.partition("\n")[0])
        # Spreadsheets separate by semicolons where the decimal separator is a comma.
        separator = next((one for one in _SEPARATORS if one in head), ",")
        reader = csv.reader(StringIO(text, newline=""), delimiter=separator)
        return [Row(reader.line_num, row) for row in reader if any(map(str.strip, row))]
    except UnicodeDecodeError:
        raise MetadataError(f"{path.name} is not UTF-8; save it as UTF-8 CSV") from None
    except csv.Error as error:
        raise MetadataError(
            f"{path.name}:{reader.line_num} is no line of a CSV file ({error}); check its quotes"
        ) from None
    except OSError as error:
        raise MetadataError(f"{path.name} cannot be read ({error.strerror})") from None
