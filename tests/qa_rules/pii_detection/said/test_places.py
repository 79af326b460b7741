"""Addresses, plates, ids, IP addresses, health, and numbers in another language.

Every line of `places.jsonl` is invented. What stands in braces is a value of the line's type and
must be masked whole; of the other words a few may be masked, and none is reported.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from models.call import Role
from qa_rules.pii_detection.detector import find_pii
from qa_rules.pii_detection.types.catalogue import PiiRules, load_pii_rules
from qa_rules.pii_detection.types.pii_type import Mask
from tests.qa_rules.pii_detection.written_lines import heard

if TYPE_CHECKING:
    from qa_rules.results import PiiSpan

HERE = Path(__file__).parent
RULES = load_pii_rules(HERE.parents[3] / "qa_rules" / "pii")
LINES = [json.loads(line) for line in (HERE / "places.jsonl").read_text("utf-8").splitlines()]
KINDS = sorted({line["kind"] for line in LINES})
MIN_TYPED = 0.9
MAX_FALSE_MASKED = 0.02
LEADING_WORDS = 2


class Found(NamedTuple):
    """Words of a line by turn and place.

    Attributes:
        gold: Those of its value.
        spans: What the detector finds.
        free: Those that are not personal data, without the word or two that lead to a value.
    """

    gold: set[tuple[int, int]]
    spans: dict[tuple[int, int], PiiSpan]
    free: set[tuple[int, int]]


def found_in(line: dict[str, Any]) -> Found:
    """Scan a line; its braces are taken off beforehand."""
    gold, texts, words = set(), [], set()
    for turn, (role, text) in enumerate(line["turns"]):
        inside = False
        for place, word in enumerate(text.split()):
            inside = inside or word.startswith("{")
            words.add((turn, place))
            if inside:
                gold.add((turn, place))
            inside = inside and "}" not in word
        texts.append((Role(role), text.replace("{", "").replace("}", "")))
    spans = {
        (span.turn, word): span
        for span in find_pii(heard(line["language"], texts), RULES)
        for word in range(span.first, span.last)
    }
    leading = {(turn, word - step) for turn, word in gold for step in range(1, LEADING_WORDS + 1)}
    return Found(gold, spans, words - gold - leading)


@pytest.mark.parametrize("line", LINES, ids=lambda line: line["turns"][-1][1][:60])
def test_values_are_masked_whole_and_nothing_else_is_reported(line: dict[str, Any]) -> None:
    """Every word of a value is in a span; no other word is in one that is reported."""
    found = found_in(line)
    assert found.gold <= set(found.spans)
    assert not [
        place for place in found.free if place in found.spans and found.spans[place].reported
    ]


@pytest.mark.parametrize(
    "line",
    [
        "We watched the one oh one dalmatians film by the way.",
        "It took three people to clear the road, and twelve to close the row.",
        "I waited in room four on the way.",
    ],
)
def test_an_article_makes_a_street_word_ordinary(line: str) -> None:
    """The words "by the way" name no street, whatever number stands before."""
    spans = find_pii(heard("en", [(Role.CUSTOMER, line)]), RULES)
    assert not [span for span in spans if span.type == "address"]


@pytest.mark.parametrize("line", ["I live at 12 The Close.", "It is forty two The Parade, Leeds."])
def test_an_article_after_the_number_is_part_of_a_street(line: str) -> None:
    """British streets may be called so."""
    spans = find_pii(heard("en", [(Role.CUSTOMER, line)]), RULES)
    assert [span.type for span in spans] == ["address"]


@pytest.mark.parametrize("kind", KINDS)
def test_values_have_their_type(kind: str) -> None:
    """Nearly all values are found as what they are, and few other words are masked."""
    lines = [(line["type"], found_in(line)) for line in LINES if line["kind"] == kind]
    values = [(type_, found) for type_, found in lines if found.gold]
    typed = [
        any(found.spans[place].type == type_ for place in found.gold if place in found.spans)
        for type_, found in values
    ]
    free = [place in found.spans for _, found in lines for place in found.free]
    assert sum(typed) >= MIN_TYPED * len(typed)
    assert sum(free) <= MAX_FALSE_MASKED * len(free)


@pytest.mark.parametrize("mask", list(Mask))
def test_a_policy_decides_what_is_masked_and_reported(mask: Mask) -> None:
    """`never` leaves a value, `quiet` masks it, `always` reports it, too."""
    phone = RULES.by_id["phone"].model_copy(update={"mask": mask})
    rules = PiiRules({**RULES.by_id, "phone": phone})
    lines = [(Role.AGENT, "Your phone number?"), (Role.CUSTOMER, "It is 415 555 0132.")]
    reported = [span.reported for span in find_pii(heard("en", lines), rules)]
    assert reported == {Mask.NEVER: [], Mask.QUIET: [False], Mask.ALWAYS: [True]}[mask]
