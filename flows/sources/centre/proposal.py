"""Propose a mapping for a file: `callqa sources map`.

A line is proposed where the name of one column and its values both fit, and says that it is a
guess. What is ambiguous, or fits by its name only, is a comment: a mapping that lacks a required
field is refused, so that nobody runs it unread.
"""

from __future__ import annotations

import re
import unicodedata
from collections import defaultdict
from dataclasses import dataclass
from functools import cache
from glob import escape
from pathlib import Path
from typing import TYPE_CHECKING, Any

from flows.sources.centre.values_of_columns import FITS, Fit, quoted
from flows.sources.documents import MetadataError
from flows.sources.file_names import is_recording
from models.data_files.strict_yaml import StrictRecord, read_record

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from flows.sources.documents import Document
    from flows.sources.file_names import FileNames

_NAMES = Path(__file__).with_name("column_names.yaml")
_MOST_ROWS = 1000
_CUSTOM = ("campaign", "hold_s", "queue_wait_s")
_REQUIRED = ("call_id", "started_at", "agent_id", "direction")
_MIN_REQUIRED = 2  # fewer are common to tables of anything
_DIGITS = re.compile(r"\d{5}|\d{4}-\d\d")
_CAMEL = re.compile(r"(?<=[a-z0-9])(?=[A-Z])")


class ColumnNames(StrictRecord):
    """What columns are called, and what the directions of calls are called."""

    names: dict[str, tuple[str, ...]]
    directions: dict[str, tuple[str, ...]]


@dataclass(frozen=True, slots=True)
class Sample:
    """A file of which a mapping is proposed.

    Attributes:
        file: Its name.
        columns: The values of each column, or path of names, that are not empty.
        row_count: Number of rows that were looked at.
        recordings: The files beside it.
        zone: Name of the centre's time zone.
        directions: Words for the directions.
    """

    file: str
    columns: Mapping[str, Sequence[str]]
    row_count: int
    recordings: FileNames
    zone: str
    directions: Mapping[str, Sequence[str]]


def proposed(document: Document, recordings: FileNames, zone: str) -> str:
    """A mapping for a file, as text.

    Args:
        document: The file.
        recordings: The files of its folder, of which some may be its recordings.
        zone: Name of the centre's time zone.

    Raises:
        MetadataError: It has no rows, or no names of columns.
    """
    items, rows = _rows(document)
    _check(document, rows)
    columns = _columns(rows[:_MOST_ROWS])
    count = min(len(rows), _MOST_ROWS)
    names = column_names()
    sample = Sample(document.path.name, columns, count, recordings, zone, names.directions)
    lines = [
        f"# Proposed from {count} rows of {sample.file}. Every line is a guess until you have read",
        "# it: correct it, take the # away where a comment is right, and save the file as",
        "# callqa-mapping.yaml in the folder of the recordings. `callqa sources check` shows what",
        "# it gives.",
        f"files: {quoted(escape(sample.file))} # or a form such as '*{document.path.suffix}'",
        *([f"items: {quoted(items)}"] if items else ()),
    ]
    custom: list[str] = []
    for field in names.names:
        candidates = _candidates(field, columns)
        if field == "recording":
            candidates = list(dict.fromkeys((*candidates, *_with_suffixes(columns))))
        found = list(_lines(field, candidates, sample))
        (custom if field in _CUSTOM else lines).extend(found)
    uncommented = [line for line in custom if not line.startswith("#")]
    lines += ["fields:" if uncommented else "# fields:"] * bool(custom)
    lines += [f"#   {line[2:]}" if line.startswith("#") else f"  {line}" for line in custom]
    return "\n".join([*lines, *_unused(lines, columns), ""])


@cache
def column_names() -> ColumnNames:
    """The names of columns that are known."""
    return read_record(_NAMES, ColumnNames)


def _rows(document: Document) -> tuple[str, list[Mapping[str, Any]]]:
    """The rows, and the path to them in a JSON object that holds one list of calls.

    A list is one of calls if it has more of the required fields than the object around it.
    """
    found = [row for _, row in document.objects()]
    if isinstance(document.data, dict):
        lists = [
            (path, value)
            for path, value in _flat(document.data, keep_lists=True)
            if isinstance(value, list) and value and all(isinstance(one, dict) for one in value)
        ]
        if len(lists) == 1 and _required_count(lists[0][1]) > _required_count(found):
            return lists[0]
    return "", found


def _check(document: Document, rows: Sequence[Mapping[str, Any]]) -> None:
    if not rows:
        raise MetadataError(
            f"{document.path.name} has no rows with names; expected a table whose first line names"
            " its columns, or JSON objects"
        )
    if document.rows and any(map(_is_value, document.rows[0].cells)):
        raise MetadataError(
            f"{document.path.name}:1 has values where the names of columns were expected; write a"
            " first line with a name for each column"
        )


def looks_like_calls(document: Document) -> bool:
    """Whether the names of a table's columns are those of calls."""
    rows = [row for _, row in document.objects()]
    if not rows or any(map(_is_value, document.rows[0].cells)):
        return False
    return _required_count(rows) >= _MIN_REQUIRED


def _required_count(rows: Sequence[Mapping[str, Any]]) -> int:
    columns = _columns(rows[:_MOST_ROWS])
    return sum(1 for field in _REQUIRED if _candidates(field, columns))


def _columns(rows: Sequence[Mapping[str, Any]]) -> dict[str, list[str]]:
    columns: defaultdict[str, list[str]] = defaultdict(list)
    for row in rows:
        for name, value in _flat(row):
            text = str(value).strip() if value is not None else ""
            columns[name] += [text] if text else []
    return {name: values for name, values in columns.items() if name.strip()}


def _flat(
    data: Mapping[str, Any], around: str = "", *, keep_lists: bool = False
) -> Iterator[tuple[str, Any]]:
    for name, value in data.items():
        path = f"{around}{name}"
        if isinstance(value, dict):
            yield from _flat(value, f"{path}.", keep_lists=keep_lists)
        elif keep_lists or not isinstance(value, list):
            yield path, value


def _candidates(field: str, columns: Mapping[str, Sequence[str]]) -> list[str]:
    """Columns whose name is a known one of a field; in a path of names, its last one or two count.

    The length in `Queue.Duration` is that of a wait and not of the call: a name inside one that is
    known for another field says nothing.
    """
    names = column_names().names
    found = []
    for column in columns:
        *around, last = (_words(part) for part in column.split("."))
        is_alone = not any(
            part in known for part in around for other, known in names.items() if other != field
        )
        whole = {_words(column), " ".join((*around[-1:], last))}
        if whole & {*names[field]} or (is_alone and last in names[field]):
            found.append(column)
    return found


def _is_value(name: str) -> bool:
    """Whether what should be the name of a column is a value, which may be personal data."""
    return bool(_DIGITS.search(name)) or name.strip().isdigit()


def _with_suffixes(columns: Mapping[str, Sequence[str]]) -> Iterator[str]:
    """Columns with nothing but names of recordings, whatever they are called."""
    for column, values in columns.items():
        if values and all(is_recording(Path(value)) for value in values):
            yield column


def _words(name: str) -> str:
    """A name in plain lower case: `StartTime`, `start_time` and `START-TIME` are `start time`."""
    spaced = _CAMEL.sub(" ", name)
    plain = unicodedata.normalize("NFKD", spaced.casefold())
    letters = "".join(one for one in plain if not unicodedata.combining(one))
    return " ".join(re.findall(r"[a-z0-9]+", letters))


def _lines(field: str, candidates: Sequence[str], sample: Sample) -> Iterator[str]:
    """What is proposed for a field; nothing if nothing is known and it is not required."""
    fits = {column: FITS.get(field, _any_value)(sample, column) for column in candidates}
    fitting = [column for column, fit in fits.items() if fit.fits]
    if len(fitting) == 1:
        fit = fits[fitting[0]]
        if len(fit.ways) == 1:
            yield f"{field}: {_value(fitting[0], fit.ways[0])} # guess: {fit.why}"
            return
    for column, fit in fits.items():
        choice = "choose one" if len(candidates) > 1 or len(fit.ways) > 1 else "check it"
        for way in fit.ways or ("",):
            yield f"# {field}: {_value(column, way)} # {choice}: {fit.why}"
    if not candidates and field in _REQUIRED:
        yield f"# {field}: # required, and no column has a name for it; name the column"
    if not candidates and field == "recording":
        yield (
            f"# {field}: # no column has a name for it; without it the call id has to be part of"
            " a recording's name"
        )


def _any_value(sample: Sample, column: str) -> Fit:
    filled = len(sample.columns[column])
    return Fit(bool(filled), (("",) if filled else ()), f"the name; {filled} values")


def _value(column: str, way: str) -> str:
    return f"{{column: {quoted(column)}, {way}}}" if way else quoted(column)


def _unused(lines: Sequence[str], columns: Mapping[str, Sequence[str]]) -> Iterator[str]:
    text = "\n".join(lines)
    rest = [name for name in columns if f": {quoted(name)}" not in text]
    if rest:
        listed = ", ".join(name.replace("\n", " ") for name in rest if not _is_value(name))
        yield f"# Columns that are not used: {listed}"
