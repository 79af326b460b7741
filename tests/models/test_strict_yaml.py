"""Files are read quickly, and slowly for the lines of what is wrong; both readings are equal."""

from __future__ import annotations

import datetime as dt
from itertools import pairwise
from pathlib import Path

import pytest
from pydantic import Field

from models.data_files.strict_yaml import StrictRecord, _read_valid, _read_with_lines, read_located
from models.errors import DataFilesError


class _Inner(StrictRecord):
    name: str = ""
    number: int = 0


class _Entry(StrictRecord):
    day: dt.date | None = None
    at: dt.datetime | None = None
    text: str = ""
    count: int = 0
    ratio: float = 0.0
    is_set: bool = False
    parts: tuple[str, ...] = ()
    by_name: dict[str, tuple[int, ...]] = Field(default_factory=dict)
    inner: _Inner | None = None
    rows: tuple[_Inner, ...] = ()
    named: dict[str, _Inner] = Field(default_factory=dict)


@pytest.mark.parametrize(
    "line",
    [
        "text: no",
        "text: 12:30",
        "text: 'it''s'",
        'text: "caf\\u00e9"',
        "text: |\n  two\n  lines\n",
        "text: >-\n  one\n  line\n",
        "count: 017",
        "count: 0x1F",
        "count: 1_000",
        "ratio: 1e-3",
        "is_set: true",
        "day: 2026-01-31",
        "at: 2026-01-31T09:00:00+01:00",
        "parts: [a, 'no', \"12\"]",
        "parts: &parts [a]\ntext: x # a comment",
        "by_name: {a: [1, 2], 3: [4]}",
    ],
)
def test_both_readings_are_equal(line: str) -> None:
    """Of every kind of scalar and collection."""
    content = line.encode()
    record = _read_valid(content, _Entry)
    assert record is not None
    assert record == _read_with_lines(Path("a.yaml"), content, _Entry)


@pytest.mark.parametrize(
    ("content", "fault"),
    [
        ("text: a\ntext: b", "2: found duplicate key"),
        ("text: a\nparts: [b", "2: "),
        ("count: 1\ntext:", "2: `text` has no value"),
        ("parts:\n  - a\n  -", "3: `parts.1` has no value"),
        ("text: \ta", "1: "),
        ("%YAML 1.1\n---\ntext: no", "3: `text` is False"),
        ("count: 1\nzzz: 2", "2: unknown key `zzz`; expected one of day, at, text, count"),
        ("text: a\ncuont: 2", "2: unknown key `cuont`; expected `count`, or another of day, at"),
        ("inner: {naem: a}", "1: unknown key `inner.naem`; expected `name`, or another of name"),
        ("rows: [{name: a}, {Name: b}]", "1: unknown key `rows.1.Name`; expected `name`, or"),
        ("named: {a: {nam: b}}", "1: unknown key `named.a.nam`; expected `name`, or another of"),
        ("count: 1\ntext: Say: hello", "2: quotes are missing"),
        ("count: 1\ntext: Ask this\n  of everybody: who?", "3: quotes are missing"),
        ("text: 'Don't'", "1: quotes are missing"),
        ('text: "Hello" they say', "1: quotes are missing"),
        ("text: {company} greets", "1: quotes are missing"),
        ("text: @home", "1: quotes are missing"),
        ("text: *all of them", "1: quotes are missing"),
        ("text: - a\ncount: 1", "1: quotes are missing"),
        ("text:\n  Say: hello", "1: `text` is read as `key: value`; expected quotes"),
        ("parts:\n  - agent: hello", "2: `parts.0` is read as `key: value`; expected quotes"),
        ("text: 12", "1: `text` is 12, not a text; expected quotes"),
        ("text: a\nparts: [b", "2: expected ',' or ']', but got '<stream end>'; expected valid"),
        ("count: 'one'", "1: `count` is 'one'"),
        ("day: 2026-02-30", "1: no date"),
        ("text: !secret a", "1: "),
        ("- a", "1: not a mapping"),
        ("", "1: not a mapping"),
    ],
)
def test_what_is_wrong_is_told_with_its_line(tmp_path: Path, content: str, fault: str) -> None:
    """Whichever of the two readings notices it."""
    path = tmp_path / "a.yaml"
    path.write_text(content, encoding="utf-8")
    with pytest.raises(DataFilesError) as caught:
        read_located(path, _Entry)
    assert caught.value.faults[0].startswith(f"{path}:{fault}")


def test_a_fault_that_is_found_later_has_its_line(tmp_path: Path) -> None:
    """Checks across files name lines of a file that was valid by itself."""
    path = tmp_path / "a.yaml"
    path.write_text("count: 1\nby_name:\n  a: [1]\n  b: [2]\n", encoding="utf-8")
    located = read_located(path, _Entry)
    assert located.fault(("by_name", "b", 0), "wrong") == f"{path}:4: wrong"


@pytest.mark.parametrize(
    "text",
    [
        "a: &a [x, x, x, x, x, x, x, x, x, x]\n"
        + "".join(f"{n}: &{n} [{', '.join(['*' + p] * 10)}]\n" for p, n in pairwise("abcdefghi")),
        "text: &a [*a]",
        "parts: " + "[" * 5000,
        "text: " + "x" * 5_000_000,
    ],
    ids=["aliases", "an alias in itself", "nested", "large"],
)
def test_a_document_without_end_is_refused(tmp_path: Path, text: str) -> None:
    """A kilobyte that stands for a billion values costs neither time nor memory."""
    path = tmp_path / "a.yaml"
    path.write_text(text, encoding="utf-8")
    with pytest.raises(DataFilesError, match=r"a\.yaml:\d+: "):
        read_located(path, _Entry)
