"""Read a rule file strictly: YAML to a checked record, every fault as `path:line`."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, Any, Generic, TypeVar

from pydantic import BaseModel, ConfigDict, ValidationError
from ruamel.yaml import YAML
from ruamel.yaml.comments import CommentedMap, CommentedSeq
from ruamel.yaml.error import MarkedYAMLError

from qa_rules.errors import RuleFilesError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path


Record = TypeVar("Record", bound=BaseModel)


class StrictRecord(BaseModel):
    """A record read from YAML: frozen, no unknown keys, no silent conversions."""

    model_config = ConfigDict(frozen=True, extra="forbid", strict=True)


@dataclass(frozen=True, slots=True)
class Located(Generic[Record]):
    """A record that still knows its file, so that checks across files can name a line."""

    path: Path
    record: Record
    data: CommentedMap

    def fault(self, location: Sequence[str | int], what: str) -> str:
        """A fault at the deepest key on the way to `location` that the file really has."""
        return f"{self.path}:{_line(self.data, location)}: {what}"


def read_record(path: Path, kind: type[Record]) -> Record:
    """Read one YAML 1.2 file as a record.

    YAML 1.2 keeps `no` a word and `12:30` a text; equal keys are an error.

    Raises:
        RuleFilesError: With every fault of the file, each naming path and line.
    """
    return read_located(path, kind).record


def read_located(path: Path, kind: type[Record]) -> Located[Record]:
    """Read one file as `read_record` does, and keep where its keys stand.

    Raises:
        RuleFilesError: With every fault of the file, each naming path and line.
    """
    data = _load(path)
    try:
        return Located(path, kind.model_validate(_plain(data)), data)
    except ValidationError as error:
        found = error.errors(include_url=False, include_context=False)
        raise RuleFilesError(
            [
                f"{path}:{_line(data, fault['loc'])}: {_what(fault)}"
                for fault in found
                if not _follows(fault, found)
            ]
        ) from None


def _load(path: Path) -> CommentedMap:
    try:
        data = YAML(typ="rt").load(path)
    except MarkedYAMLError as error:
        mark = error.problem_mark or error.context_mark
        line = mark.line + 1 if mark else 1
        raise RuleFilesError([f"{path}:{line}: {error.problem}; expected valid YAML"]) from None
    if not isinstance(data, CommentedMap):
        raise RuleFilesError([f"{path}:1: not a mapping; expected `key: value` lines"])
    return data


def _plain(node: Any) -> Any:
    """Strip ruamel's round-trip types, which strict validation would refuse."""
    if isinstance(node, CommentedMap):
        return {str(key): _plain(value) for key, value in node.items()}
    if isinstance(node, CommentedSeq):
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


def _follows(fault: Any, found: Sequence[Any]) -> bool:
    """Whether a list is only too short because items of it are wrong themselves."""
    depth = len(fault["loc"])
    return fault["type"] == "too_short" and any(
        len(other["loc"]) > depth and other["loc"][:depth] == fault["loc"] for other in found
    )


def _what(fault: Any) -> str:
    where = ".".join(str(step) for step in fault["loc"]) or "the file"
    if fault["type"] == "extra_forbidden":
        return f"unknown key `{where}`; expected one of the documented keys"
    if fault["type"] == "missing":
        return f"`{where}` is missing; expected it to be given"
    message = fault["msg"].removeprefix("Value error, ")
    message = message.removeprefix("Input should be ")
    if isinstance(fault["input"], (dict, tuple)):
        return f"`{where}` is not right; expected {message}"
    return f"`{where}` is {fault['input']!r}; expected {message}"
