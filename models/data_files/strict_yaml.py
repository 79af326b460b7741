"""Read a file of data strictly: YAML to a checked record, every error as `path:line`.

Each file is read by libyaml, which is several times as fast as ruamel's round-trip loader but does
not keep the lines of keys. The round-trip loader reads a file again where something is wrong.
"""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import dataclass
from functools import lru_cache
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError, YAMLError
from ruamel.yaml.reader import ReaderError

from models.data_files.yaml_faults import at_key, dotted, follows, syntax_fault, what
from models.errors import DataFilesError

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

_REMEMBERED_FILES = 512
_MOST_BYTES = 4 << 20
_MOST_VALUES = 200_000  # with aliases a file of a kilobyte may stand for a billion
_DATE = re.compile(r"\b(\d{4})-(\d\d?)-(\d\d?)\b")

Record = TypeVar("Record", bound=BaseModel)
Record_co = TypeVar("Record_co", bound=BaseModel, covariant=True)


class StrictRecord(BaseModel):
    """A record read from YAML: frozen, no unknown keys, no silent conversions."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


@dataclass(frozen=True, slots=True)
class Located(Generic[Record_co]):
    """A record with the positions of its keys, so that checks across files can name a line."""

    path: Path
    record: Record_co
    content: bytes

    def fault(self, location: Sequence[str | int], what: str) -> str:
        """An error at the deepest key on the way to `location` that the file really has."""
        return f"{self.path}:{_line(_load(self.path, self.content), location)}: {what}"


def read_record(path: Path, kind: type[Record]) -> Record:
    """Read one YAML 1.2 file as a record.

    YAML 1.2 keeps `no` a word and `12:30` a text; equal keys are an error.

    Raises:
        DataFilesError: With every error of the file, each naming path and line.
    """
    return read_located(path, kind).record


def read_located(path: Path, kind: type[Record]) -> Located[Record]:
    """Read one file as `read_record` does, and keep where its keys stand.

    Raises:
        DataFilesError: With every error of the file, each naming path and line.
    """
    if path.stat().st_size > _MOST_BYTES:
        raise DataFilesError([f"{path}:1: larger than {_MOST_BYTES >> 20} MiB; expected less"])
    content = path.read_bytes()
    try:
        record = _read_valid(content, kind)
        if record is None:
            record = _read_with_lines(path, content, kind)
    except RecursionError:
        raise DataFilesError([f"{path}:1: nested too deeply; expected a few levels"]) from None
    return Located(path, record, content)


@lru_cache(maxsize=_REMEMBERED_FILES)
def _read_valid(content: bytes, kind: type[Record]) -> Record | None:
    """The record if nothing is wrong with it; of two rule folders, most files are the same."""
    if b"\t" in content or content.startswith(b"%"):
        return None  # libyaml allows more tabs and ignores `%YAML 1.1`
    try:
        data = YAML(typ="safe").load(content)
        if isinstance(data, dict) and _is_bounded(data) and not any(_blanks(data)):
            return kind.model_validate(_plain(data))
    except (YAMLError, ValueError):
        pass
    return None


def _read_with_lines(path: Path, content: bytes, kind: type[Record]) -> Record:
    data = _load(path, content)
    blanks = list(_blanks(data))
    faults = [
        f"{path}:{_line(data, blank)}: `{dotted(blank)}` has no value; expected one, or no key"
        for blank in blanks
    ]
    try:
        record = kind.model_validate(_plain(data))
    except ValidationError as error:
        found = [at_key(fault) for fault in error.errors(include_url=False, include_context=False)]
        faults += [
            f"{path}:{_line(data, fault['loc'])}: {what(fault, kind)}"
            for fault in found
            if fault["loc"] not in blanks and not follows(fault, found)
        ]
        raise DataFilesError(faults) from None
    if faults:
        raise DataFilesError(faults)
    return record


def _load(path: Path, content: bytes) -> CommentedMap:
    try:
        data = YAML(typ="rt").load(content)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise DataFilesError([f"{path}:{line}: {syntax_fault(content, error, line)}"]) from None
    except ReaderError as error:
        line = content[: error.position].count(b"\n") + 1
        raise DataFilesError([f"{path}:{line}: not plain text; expected UTF-8"]) from None
    except ValueError as error:  # the reader meets a date that no calendar has
        line = _line_of_no_date(content.decode())
        raise DataFilesError([f"{path}:{line}: no date ({error}); expected one that is"]) from None
    if not _is_bounded(data):
        what = f"aliases stand for over {_MOST_VALUES} values; expected them written out"
        raise DataFilesError([f"{path}:1: {what}"])
    if not isinstance(data, CommentedMap):
        raise DataFilesError([f"{path}:1: not a mapping; expected `key: value` lines"])
    return data


def _is_bounded(data: Any) -> bool:
    """Whether a document has a limited number of values, also where aliases repeat them."""
    left, count = [data], 0
    while left and count <= _MOST_VALUES:
        node = left.pop()
        count += 1
        if isinstance(node, (dict, list)):
            left.extend(node.values() if isinstance(node, dict) else node)
    return not left


def _line_of_no_date(text: str) -> int:
    for number, line in enumerate(text.splitlines(), start=1):
        for year, month, day in _DATE.findall(line):
            try:
                dt.date(int(year), int(month), int(day))
            except ValueError:
                return number
    return 1


def _blanks(node: Any, location: tuple[str | int, ...] = ()) -> Iterator[tuple[str | int, ...]]:
    """Where a key or an item of a list has no value."""
    items = node.items() if isinstance(node, dict) else ()
    for key, value in enumerate(node) if isinstance(node, list) else items:
        if value is None:
            yield (*location, key)
        yield from _blanks(value, (*location, key))


def _plain(node: Any) -> Any:
    """Strip ruamel's round-trip types, which strict validation would refuse."""
    if isinstance(node, dict):
        return {str(key): _plain(value) for key, value in node.items()}
    if isinstance(node, list):
        return tuple(_plain(value) for value in node)
    for scalar in (bool, int, float, str):
        if isinstance(node, scalar):
            return scalar(node)
    return node


def _line(data: CommentedMap, location: Sequence[str | int]) -> int:
    """Line of the deepest node on the way to `location` that the file really has, from 1."""
    line = data.lc.line
    node: Any = data
    for step in location:
        if isinstance(node, CommentedMap) and step in node:
            line = node.lc.key(step)[0]
        elif isinstance(node, CommentedSeq) and isinstance(step, int) and step < len(node):
            line = node.lc.item(step)[0]
        else:
            break
        node = node[step]
    return int(line) + 1
