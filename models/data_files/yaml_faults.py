"""Errors of data files in words that their authors can act on."""

from __future__ import annotations

import datetime as dt
import re
from difflib import get_close_matches
from itertools import chain
from typing import TYPE_CHECKING, Any

if TYPE_CHECKING:
    from collections.abc import Iterator, Mapping, Sequence

    from pydantic import BaseModel
    from pydantic.fields import FieldInfo
    from ruamel.yaml.error import MarkedYAMLError

_MOST_SHOWN = 200  # characters of a wrong value
_NEED_QUOTES = (
    "mapping values are not allowed",  # Say: hello
    "mapping keys are not allowed",  # ? hello
    "sequence entries are not allowed",  # - hello
    "cannot start any token",  # @home, `hello`, %
    "undefined alias",  # *hello
    "expected alphabetic or numeric character",  # & hello
)
"""What the YAML reader says of texts that only quotes make one text."""


def syntax_fault(content: bytes, error: MarkedYAMLError, line: int) -> str:
    """What is wrong where a line is not YAML: most often a text that lacks quotes."""
    mark, problem = error.problem_mark, error.problem or ""
    text = content.decode(errors="replace").splitlines()[line - 1 : line]
    before = text[0][: mark.column].rstrip() if text and mark else ""
    # A text that goes on after a bracket, or after the quote that ends it: {company} greets.
    goes_on = "found '<scalar>'" in problem and before.endswith(("'", '"', "}", "]"))
    if not goes_on and not any(said in problem for said in _NEED_QUOTES):
        return f"{problem}; expected valid YAML"
    if "mapping values" in problem and ":" not in before:
        wanted = "expected quotes around the whole text, or the indentation of the keys around it"
        return f"quotes are missing around a text with a colon ({problem}); {wanted}"
    wanted = "expected the whole text in quotes, as in `coaching: 'Say: hello'` ('' for a ')"
    return f"quotes are missing ({problem}); {wanted}"


def at_key(fault: Any) -> Any:
    """An error of a whole record, moved to the key with which its message begins."""
    told = _KEY.match(_SAYING.sub("", fault["msg"]))
    given = fault["input"]
    if fault["type"] != "value_error" or not told or not isinstance(given, dict):
        return fault
    key = told[1]
    return {**fault, "loc": (*fault["loc"], key), "input": given[key]} if key in given else fault


def follows(fault: Any, found: Sequence[Any]) -> bool:
    """Whether a list is only too short because items of it are wrong themselves."""
    depth = len(fault["loc"])
    return fault["type"] == "too_short" and any(
        len(other["loc"]) > depth and other["loc"][:depth] == fault["loc"] for other in found
    )


def dotted(location: Sequence[str | int]) -> str:
    """The keys that lead to a location, as one name."""
    return ".".join(map(str, location)) or "the file"


_EXPECTED = {
    "date_type": "a date such as 2026-01-31, without quotes",
    "missing": "it to be given",
    "string_too_short": "words",
    "timezone_aware": "an instant with its zone, such as 2026-01-31T09:00:00+01:00",
    "dict_type": "`key: value` lines",
    "model_type": "`key: value` lines",
}
"""Replaces messages of pydantic that are written for programmers."""
_KEY = re.compile(r"`(\w+)`")
_SAYING = re.compile(r"^(Value error, |\w+ should (be |have )?)")


def expected(fault: Any) -> str:
    """What pydantic expected, as text after the word `expected`."""
    said = _SAYING.sub("", fault["msg"]).replace(" after validation", "")
    return _EXPECTED.get(fault["type"]) or said.replace("match pattern", "what matches", 1)


def described(field: FieldInfo | None) -> str:
    """The description of a key, as text after the word `expected`."""
    text = field.description if field else None
    return f"{text[0].lower()}{text[1:].rstrip('.')}" if text else "it to be given"


def unknown_key(location: Sequence[str | int], schema: Mapping[str, Any]) -> str:
    """Name an unknown key, the known one that it resembles most, and all known ones.

    Args:
        location: Where the key stands.
        schema: JSON Schema of the whole record.
    """
    known = _known_keys(schema, location[:-1])
    like = get_close_matches(str(location[-1]), known, n=1)
    wanted = f"`{like[0]}`, or another of" if like else "one of"
    beside = None if like else _belongs_beside(location, schema)
    moved = f"; write it beside `{beside}`, not inside" if beside else ""
    return f"unknown key `{dotted(location)}`; expected {wanted} {', '.join(known)}{moved}"


def _belongs_beside(location: Sequence[str | int], schema: Mapping[str, Any]) -> str | None:
    """The innermost key around an unknown one beside which a key of that name is known."""
    *around, name = location
    for depth in range(len(around) - 1, -1, -1):
        if isinstance(around[depth], str) and name in _known_keys(schema, around[:depth]):
            return str(around[depth])
    return None


def _known_keys(schema: Mapping[str, Any], location: Sequence[str | int]) -> list[str]:
    """The keys of the record at a location, in the order in which they are documented."""
    nodes = [schema]
    for step in location:
        inner = (_inside(node, step) for node in _alternatives(nodes, schema))
        # The name of an alternative of a union is a step of pydantic's, but none of the file's.
        nodes = [node for node in inner if isinstance(node, dict)] or nodes
    return list(
        dict.fromkeys(
            chain.from_iterable(node.get("properties", ()) for node in _alternatives(nodes, schema))
        )
    )


def _inside(node: Mapping[str, Any], step: str | int) -> Any:
    if isinstance(step, int):
        return node.get("items")
    return node.get("properties", {}).get(step, node.get("additionalProperties"))


def _alternatives(
    nodes: Sequence[Mapping[str, Any]], schema: Mapping[str, Any]
) -> Iterator[Mapping[str, Any]]:
    """Parts of a JSON Schema with references and unions resolved."""
    for node in nodes:
        yield node
        several = [*node.get("anyOf", ()), *node.get("oneOf", ()), *node.get("allOf", ())]
        if reference := node.get("$ref"):
            several.append(schema["$defs"][reference.rpartition("/")[2]])
        yield from _alternatives(several, schema)


def what(fault: Any, kind: type[BaseModel]) -> str:
    """One error of pydantic in a record: what is wrong, and what was expected."""
    where = dotted(fault["loc"])
    if fault["type"] == "extra_forbidden":
        return unknown_key(fault["loc"], kind.model_json_schema())
    if fault["type"] == "missing":
        return f"`{where}` is missing; expected {described(kind.model_fields.get(where))}"
    given = fault["input"]
    if fault["type"] == "string_type" and not isinstance(given, tuple):
        read = "read as `key: value`" if isinstance(given, dict) else f"{_said(given)}, not a text"
        return f"`{where}` is {read}; expected quotes around the whole text"
    if isinstance(given, (dict, tuple)):
        return f"`{where}` is not right; expected {expected(fault)}"
    return f"`{where}` is {_said(given)}; expected {expected(fault)}"


def _said(given: object) -> str:
    """A value as it is written, shortened; an integer may have too many digits to be written."""
    try:
        said = str(given) if isinstance(given, dt.date) else repr(given)
    except ValueError:
        return "a number of thousands of digits"
    return said if len(said) <= _MOST_SHOWN else f"{said[:_MOST_SHOWN]}…"
