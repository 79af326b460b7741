"""Read files of metadata, whatever a spreadsheet or an export made of them."""

from __future__ import annotations

import codecs
import csv
import json
import re
from dataclasses import dataclass
from io import StringIO
from typing import TYPE_CHECKING, Any, NamedTuple, Self

from flows.errors import FlowsError
from models.errors import TooLargeError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

    from models.limits import Limits

_LINES_SUFFIXES = frozenset({".jsonl", ".ndjson"})
JSON_SUFFIXES = frozenset({".json", ".vcon"}) | _LINES_SUFFIXES
TABLE_SUFFIXES = frozenset({".csv", ".tsv"})
_MAX_CELL = 1_000_000  # characters of a cell; exports hold notes of any length
_UTF_16 = (codecs.BOM_UTF16_LE, codecs.BOM_UTF16_BE)
_SEPARATORS = ("\t", ";", ",")
_NOT_BLANK = re.compile(r"\S")
_QUOTED = re.compile(r'"[^"\n]*"')
_SEPARATOR_LINE = re.compile(r'"?sep=(?P<separator>[^"\r\n])"?[\s,;]*', re.IGNORECASE)


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
        data: What a JSON file holds, or a list if it holds several values, as JSON Lines do; None
            for a table.
        rows: The rows of a table, the first with its column names if it has some; empty for JSON.
        wrong_lines: Numbers of the lines of a JSON Lines file that are not valid JSON, from 1.
    """

    path: Path
    data: Any = None
    rows: Sequence[Row] = ()
    wrong_lines: Sequence[int] = ()

    def objects(self) -> list[tuple[str, Mapping[str, Any]]]:
        """The rows of a table by column name, or the JSON objects of the file, each with its place.

        The place is for messages: file and line, or file and number.
        """
        name = self.path.name
        if self.rows:
            head = [column.strip() for column in self.rows[0].cells]
            return [(f"{name}:{row.line}", row_by_column(head, row.cells)) for row in self.rows[1:]]
        if not isinstance(self.data, list):
            return [(name, self.data)] if isinstance(self.data, dict) else []
        items = enumerate(self.data, start=1)
        return [(f"{name}, item {at}", one) for at, one in items if isinstance(one, dict)]


def is_document(path: Path) -> bool:
    """Whether a file may hold metadata, by its suffix."""
    return path.suffix.lower() in JSON_SUFFIXES | TABLE_SUFFIXES


def read_document(path: Path, limits: Limits, limit: str = "max_sidecar_kb") -> Document:
    """Read a file of metadata.

    Args:
        path: The file.
        limits: What is larger is not read.
        limit: The one that holds for it, unless it is a table.

    Raises:
        MetadataError: It is neither JSON nor a table of text.
        TooLargeError: It is larger than allowed.
    """
    if path.suffix.lower() in TABLE_SUFFIXES:
        return Document(path=path, rows=read_table(path, limits))
    try:
        limits.check(limit, path.stat().st_size)
    except TooLargeError as error:
        inside = "; if its media are inside, `callqa sources unpack` takes them out"
        raise TooLargeError(f"{error}{inside if path.suffix.lower() == '.vcon' else ''}") from None
    try:
        data, wrong_lines = _parsed(path)
        return Document(path=path, data=data, wrong_lines=wrong_lines)
    except (ValueError, OSError) as error:
        raise MetadataError(
            f"{path.name} is not valid JSON ({error}); write one JSON object"
        ) from None
    except RecursionError:
        raise MetadataError(
            f"{path.name} is nested too deeply; write one JSON object of plain fields"
        ) from None


class Written(float):
    """A number of a JSON file that keeps its spelling: the id 1792926000.400 is not …000.4."""

    def __new__(cls, text: str) -> Self:
        """Keep the text of a number."""
        number = super().__new__(cls, text)
        number._text = text
        return number

    _text: str

    def __str__(self) -> str:
        """The number as it is written."""
        return self._text


def _unframed(data: Any) -> Any:
    """The rows of a table that phpMyAdmin wrote, which frames them; anything else as it is."""
    if not isinstance(data, list) or not all(isinstance(one, dict) for one in data):
        return data
    kinds = [one.get("type") for one in data]
    if kinds[:1] != ["header"] or kinds.count("table") != 1:
        return data
    rows = data[kinds.index("table")].get("data")
    return rows if isinstance(rows, list) else data


def _parsed(path: Path) -> tuple[Any, Sequence[int]]:
    """What a file holds, and the lines that could not be read."""
    content = path.read_bytes()
    text = content.decode(json.detect_encoding(content))
    if path.suffix.lower() in _LINES_SUFFIXES:
        return _values(text)
    try:
        return _unframed(json.loads(text, parse_float=Written)), ()
    except json.JSONDecodeError:
        values, wrong_lines = _values(text)
        if len(values) < 2 or wrong_lines:  # noqa: PLR2004  one value is no sequence
            raise
        return values, ()


def _values(text: str) -> tuple[list[Any], list[int]]:
    """The values of a text that follow each other, with or without line breaks between them.

    Amazon Data Firehose writes them without. A line with an error costs no other.
    """
    decoder = json.JSONDecoder(parse_float=Written)
    found: list[Any] = []
    wrong_lines: list[int] = []
    at = 0
    while (start := _NOT_BLANK.search(text, at)) is not None:
        at = start.start()
        try:
            value, at = decoder.raw_decode(text, at)
            found.append(value)
        except json.JSONDecodeError:
            wrong_lines.append(text.count("\n", 0, at) + 1)
            following = text.find("\n", at)
            at = len(text) if following < 0 else following
    return found, wrong_lines


def row_by_column(head: Sequence[str], cells: Sequence[str]) -> dict[str, str]:
    """The cells of a row by column; those that a short row leaves out are empty."""
    return dict.fromkeys(head, "") | dict(zip(head, cells, strict=False))


def read_table(path: Path, limits: Limits) -> list[Row]:
    """The rows of a CSV file; blank lines are left out.

    UTF-8 and UTF-16 are read; tabs, semicolons or commas separate, whichever the first line has,
    or what a line `sep=` above it says, as Excel reads it.

    Raises:
        MetadataError: It is no such table.
        TooLargeError: It is larger than allowed.
    """
    csv.field_size_limit(_MAX_CELL)
    limits.check("max_csv_mb", path.stat().st_size)
    try:
        content = path.read_bytes()
        text = content.decode("utf-16" if content.startswith(_UTF_16) else "utf-8-sig")
        first = text.partition("\n")[0]
        said = _SEPARATOR_LINE.fullmatch(first)
        head = _QUOTED.sub("", first)
        # Spreadsheets separate by semicolons where the decimal separator is a comma.
        guessed = next((one for one in _SEPARATORS if one in head), ",")
        separator = said["separator"] if said else guessed
        reader = csv.reader(StringIO(text, newline=""), delimiter=separator)
        rows = [Row(reader.line_num, row) for row in reader if any(map(str.strip, row))]
        return rows[1:] if said else rows
    except UnicodeDecodeError:
        raise MetadataError(f"{path.name} is not UTF-8; save it as UTF-8 CSV") from None
    except csv.Error as error:
        raise MetadataError(
            f"{path.name}:{reader.line_num} is no line of a CSV file ({error}); check its quotes"
        ) from None
    except OSError as error:
        raise MetadataError(f"{path.name} cannot be read ({error.strerror})") from None
