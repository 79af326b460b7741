"""Dates of birth, secrets and e-mail addresses as people say them, and what only sounds like them.

The lines are invented; a value stands in braces after its type: `{password: blue seven}`.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import NamedTuple

import pytest

from models.call import Role
from qa_rules.pii_detection.detector import find_pii
from qa_rules.pii_detection.types.catalogue import load_pii_rules
from tests.qa_rules.pii_detection.written_lines import heard

FOLDER = Path(__file__).parents[4] / "qa_rules" / "pii"
RULES = load_pii_rules(FOLDER)
LINES = (Path(__file__).parent / "birth_dates_secrets_emails.jsonl").read_text(encoding="utf-8")
CASES = [json.loads(line) for line in LINES.splitlines()]
TYPES = {
    "birth": {"date_of_birth"},
    "secret": {"password", "security_answer", "user_name"},
    "email": {"email"},
}


class Marked(NamedTuple):
    """A turn with its values marked.

    Attributes:
        role: Who speaks.
        text: What is said, without the marks.
        values: Indexes of the words that belong to a value.
    """

    role: Role
    text: str
    values: frozenset[int]


def marked(line: str) -> Marked:
    """A line such as `c: it's {password: blue seven}`."""
    side, text = line.split(": ", 1)
    words: list[str] = []
    values: set[int] = set()
    is_inside = False
    for token in text.split():
        if token.startswith("{"):
            is_inside = True
            continue
        if is_inside:
            values.add(len(words))
        is_inside = is_inside and "}" not in token
        words.append(token.replace("}", ""))
    role = Role.AGENT if side == "a" else Role.CUSTOMER
    return Marked(role, " ".join(words), frozenset(values))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["turns"][-1])
def test_values_are_masked_whole_and_nothing_else_reported(case: dict[str, object]) -> None:
    """Every word of a value is masked; no other word is reported as one of its kind."""
    turns = [marked(str(line)) for line in case["turns"]]  # type: ignore[attr-defined]
    transcript = heard(str(case["language"]), [(turn.role, turn.text) for turn in turns])
    spans = find_pii(transcript, RULES)
    values = {(at, word) for at, turn in enumerate(turns) for word in turn.values}
    masked = {(span.turn, word) for span in spans for word in range(span.first, span.last)}
    reported = {
        (span.turn, word)
        for span in spans
        if span.reported and span.type in TYPES[str(case["kind"])]
        for word in range(span.first, span.last)
    }
    assert values <= masked
    assert reported <= values
