"""Lines of the detector's tests in which values stand in braces: `{password: blue seven}`."""

from __future__ import annotations

import json
from collections import defaultdict
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

from models.call import Role
from tests.bench.pii.sets import Gold, Labelled
from tests.qa_rules.pii_detection.written_lines import heard

if TYPE_CHECKING:
    from collections.abc import Iterator

FOLDER = Path(__file__).parents[2] / "qa_rules" / "pii_detection" / "said"
ROLES = {"a": Role.AGENT, "c": Role.CUSTOMER}


class _Line(NamedTuple):
    kind: str
    item: Labelled


def marked_lines() -> Iterator[Labelled]:
    """Every line; the types that are marked in lines of its kind are labelled."""
    for path in sorted(FOLDER.glob("*.jsonl")):
        rows = [json.loads(text) for text in path.read_text(encoding="utf-8").splitlines()]
        lines = [_line(row) for row in rows]
        types: dict[str, set[str]] = defaultdict(set)
        for kind, item in lines:
            types[kind] |= {gold.type for gold in item.gold}
        for kind, item in lines:
            yield Labelled("lines", item.transcript, item.gold, frozenset(types[kind]))


def _line(row: dict[str, Any]) -> _Line:
    turns, gold = [], []
    for number, turn in enumerate(row["turns"]):
        side, text = turn if isinstance(turn, list) else turn.split(": ", 1)
        words, values = _unmarked(text, row.get("type", ""))
        turns.append((ROLES.get(side) or Role(side), " ".join(words)))
        gold += [Gold(type_, number, first, last) for type_, first, last in values]
    transcript = heard(row["language"], turns)
    return _Line(row["kind"], Labelled("lines", transcript, tuple(gold), frozenset()))


def _unmarked(text: str, type_: str) -> tuple[list[str], list[tuple[str, int, int]]]:
    """The words of a turn, and the type, first and last word (exclusive) of each value."""
    words: list[str] = []
    values: list[tuple[str, int, int]] = []
    start = None
    for token in text.split():
        if token.startswith("{"):
            start = len(words)
            if token.endswith(":"):
                type_ = token[1:-1]
                continue
        words.append(token.replace("{", "").replace("}", ""))
        if start is not None and "}" in token:
            values.append((type_, start, len(words)))
            start = None
    return words, values
