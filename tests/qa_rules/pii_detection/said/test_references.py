"""Numbers of things, and quantities, beside people's: nobody is reported, and words stay readable.

The lines are invented; a value stands in braces after its type: `{phone: 07700 900 461}`, and
`{reference: 445812}` is not personal.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any, NamedTuple

import pytest

from models.call import Role
from qa_rules.pii_detection.detector import find_pii
from qa_rules.pii_detection.types.catalogue import load_pii_rules
from qa_rules.pii_detection.types.own_contacts import OwnContacts
from tests.qa_rules.pii_detection.written_lines import heard

if TYPE_CHECKING:
    from collections.abc import Iterable

    from qa_rules.results import PiiSpan

RULES = load_pii_rules(Path(__file__).parents[4] / "qa_rules" / "pii")
LINES = Path(__file__).with_name("references_and_quantities.jsonl").read_text(encoding="utf-8")
CASES = [json.loads(line) for line in LINES.splitlines()]
MAX_MASKED_RATIO = 0.015
"""Share of the harmless words that may be masked in lines that are meant to mislead; it is 0.0138,
and most of that one line of meter readings, which sound like any dictated number."""


class Found(NamedTuple):
    """Words of one case, as turn and word.

    Attributes:
        values: Of people's values.
        references: Of numbers that are not personal.
        harmless: The others.
        masked: Those that the detector masks.
        reported: Those that it reports.
    """

    values: frozenset[tuple[int, int]]
    references: frozenset[tuple[int, int]]
    harmless: frozenset[tuple[int, int]]
    masked: frozenset[tuple[int, int]]
    reported: frozenset[tuple[int, int]]


def found(case: dict[str, Any]) -> Found:
    """What is marked in a case, and what the detector finds in it."""
    sides: list[tuple[Role, str]] = []
    kinds: dict[str, set[tuple[int, int]]] = {"value": set(), "reference": set(), "": set()}
    for turn, line in enumerate(case["turns"]):
        side, text = line.split(": ", 1)
        words: list[str] = []
        kind = ""
        for token in text.split():
            if token.startswith("{"):
                kind = "reference" if token == "{reference:" else "value"
                continue
            kinds[kind].add((turn, len(words)))
            kind = "" if "}" in token else kind
            words.append(token.replace("}", ""))
        sides.append((Role.AGENT if side == "a" else Role.CUSTOMER, " ".join(words)))
    spans = find_pii(heard(case["language"], sides), RULES)
    return Found(
        values=frozenset(kinds["value"]),
        references=frozenset(kinds["reference"]),
        harmless=frozenset(kinds[""]),
        masked=_words(spans),
        reported=_words(span for span in spans if span.reported),
    )


def _words(spans: Iterable[PiiSpan]) -> frozenset[tuple[int, int]]:
    return frozenset((span.turn, word) for span in spans for word in range(span.first, span.last))


@pytest.mark.parametrize("case", CASES, ids=lambda case: case["turns"][-1])
def test_values_are_masked_and_references_not_reported(case: dict[str, Any]) -> None:
    """Every word of a value is masked; neither a reference nor a harmless word is reported."""
    words = found(case)
    assert words.values <= words.masked
    assert not words.references & words.reported
    assert not words.harmless & words.reported


def test_harmless_words_stay_readable() -> None:
    """Hardly a word of all these lines is masked without need."""
    every = [found(case) for case in CASES]
    masked = sum(len(words.harmless & words.masked) for words in every)
    assert masked <= MAX_MASKED_RATIO * sum(len(words.harmless) for words in every)


@pytest.mark.parametrize(
    ("language", "line"),
    [
        ("en", "it's 0800 496 0123 for everything"),
        ("en", "it's +44 800 496 0123 for everything"),
        ("es", "escribí a help arroba lumina punto example"),
        ("en", "I found you at 12 Harbour Lane, that was closed"),
        ("es", "el 0800 496 0123 no contesta"),
    ],
)
def test_contacts_of_the_centre_are_not_reported(language: str, line: str) -> None:
    """What `centre.yaml` lists is not reported, whoever says it and however."""
    contacts = OwnContacts(
        phones=("0800 496 0123",),
        emails=("help@lumina.example",),
        addresses=("12 Harbour Lane, Bristol",),
    )
    sides = [(Role.CUSTOMER, line)]
    types = {
        centre is not None: {
            span.type
            for span in find_pii(
                heard(language, sides),
                RULES.of_centre(centre, RULES.centre_names) if centre else RULES,
            )
        }
        for centre in (None, contacts)
    }
    assert "reference" not in types[False]
    assert types[True] == {"reference"}


def test_a_sort_code_of_the_centre_is_not_reported() -> None:
    """Agents may tell the centre's own bank details."""
    centre = RULES.of_centre(OwnContacts(sort_codes=("20-45-17",)), RULES.centre_names)
    spans = find_pii(heard("en", [(Role.AGENT, "the sort code is 20 45 17")]), centre)
    assert [(span.type, span.reported) for span in spans] == [("reference", False)]
