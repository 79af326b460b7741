"""Lines in the style of public complaints, half of which only sound like personal data.

The lines are invented, with the values decided before anything was run. A value stands in braces;
what may be masked or not, such as an order number, stands in angle brackets.
"""

from __future__ import annotations

import json
from pathlib import Path

import pytest

from models.call import Role
from qa_rules.pii_detection.detector import find_pii
from qa_rules.pii_detection.types.catalogue import load_pii_rules
from tests.qa_rules.pii_detection.written_lines import heard

RULES = load_pii_rules(Path(__file__).parents[4] / "qa_rules" / "pii")
LINES = (Path(__file__).parent / "misleading_lines.jsonl").read_text(encoding="utf-8")
CASES = [json.loads(line) for line in LINES.splitlines()]
MARKS = str.maketrans("", "", "{}<>")
ROLES = {"a": Role.AGENT, "c": Role.CUSTOMER}


def _inside(words: list[str], opening: str, closing: str) -> set[int]:
    """Indexes of the words between marks."""
    found: set[int] = set()
    is_inside = False
    for at, word in enumerate(words):
        is_inside = is_inside or word.startswith(opening)
        if is_inside:
            found.add(at)
        is_inside = is_inside and closing not in word
    return found


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["turns"][-1])
def test_values_are_masked_and_only_they_are_reported(case: dict[str, object]) -> None:
    """Every word of a value is masked, and no word outside of values and titles is reported."""
    turns = [str(line).split(": ", 1) for line in case["turns"]]  # type: ignore[attr-defined]
    transcript = heard(
        str(case["language"]), [(ROLES[role], text.translate(MARKS)) for role, text in turns]
    )
    spans = find_pii(transcript, RULES)
    marked = [text.split() for _, text in turns]
    values = {(at, word) for at, words in enumerate(marked) for word in _inside(words, "{", "}")}
    maybe = {(at, word) for at, words in enumerate(marked) for word in _inside(words, "<", ">")}
    masked = {(span.turn, word) for span in spans for word in range(span.first, span.last)}
    reported = {
        (span.turn, word)
        for span in spans
        if span.reported
        for word in range(span.first, span.last)
    }
    assert values <= masked
    assert reported <= values | maybe
