"""Invented people in three languages: what they give is found, what is harmless is left alone.

The sentences come from `invented_people/`, written without the detector's rule files. They are
seeded, so that changes of the results come from the detector, not from the examples.
"""

from __future__ import annotations

from collections import Counter
from pathlib import Path

import pytest

from qa_rules.pii_detection.detector import find_pii
from qa_rules.pii_detection.types.catalogue import load_pii_rules
from tests.qa_rules.pii_detection.invented_people.speaker import Example, Speaker

RULES = load_pii_rules(Path(__file__).parents[3] / "qa_rules" / "pii")
PER_TYPE = 40
HARMLESS = 300
LEAST_RECALL, LEAST_COVERED = 0.97, 0.98
MOST_FALSE_PER_1000 = 3.0
MOST_MASKED_HARMLESS = 0.02
LEAST_RECALL_OF_A_TYPE = 0.9


class Spoken:
    """The examples of one language and what was found in them.

    Attributes:
        examples: Of every type, and harmless sentences.
        masked: Of each example, the words that are masked.
        reported: Of each example, the words that are reported.
        recalled: Of each example, whether its value is reported by its type.
    """

    def __init__(self, language: str, seed: int) -> None:
        speaker = Speaker(language, seed)
        self.examples = [*speaker.examples(PER_TYPE), *speaker.harmless(HARMLESS)]
        self.masked: list[frozenset[tuple[int, int]]] = []
        self.reported: list[frozenset[tuple[int, int]]] = []
        self.recalled: list[bool] = []
        for example in self.examples:
            places = [
                (span, frozenset((span.turn, word) for word in range(span.first, span.last)))
                for span in find_pii(example.transcript, RULES)
            ]
            self.masked.append(frozenset().union(*(words for _, words in places)))
            reported = [(span.type, words) for span, words in places if span.reported]
            self.reported.append(frozenset().union(*(words for _, words in reported)))
            self.recalled.append(
                any(type_ == example.type and words & example.places for type_, words in reported)
            )

    def values(self) -> list[tuple[Example, bool, bool]]:
        """Each example of a type, whether it was recalled, and whether it is masked whole."""
        return [
            (example, recalled, example.places <= masked)
            for example, recalled, masked in zip(
                self.examples, self.recalled, self.masked, strict=True
            )
            if example.type
        ]


@pytest.fixture(scope="module", params=["en", "es", "it"])
def spoken(request: pytest.FixtureRequest) -> Spoken:
    """Every language with the examples of one seed."""
    return Spoken(request.param, seed=7)


def test_values_are_reported_by_their_type(spoken: Spoken) -> None:
    """Nearly every value is reported as what it is; no single type falls far behind."""
    values = spoken.values()
    assert len(values) >= 300
    assert sum(recalled for _, recalled, _ in values) / len(values) >= LEAST_RECALL
    found, given = Counter[str | None](), Counter[str | None]()
    for example, recalled, _ in values:
        given[example.type] += 1
        found[example.type] += recalled
    for type_, count in given.items():
        assert found[type_] / count >= LEAST_RECALL_OF_A_TYPE, type_


def test_values_are_masked_whole(spoken: Spoken) -> None:
    """Whether or not the type is right, every word of nearly every value is masked."""
    values = spoken.values()
    assert sum(covered for _, _, covered in values) / len(values) >= LEAST_COVERED


def test_harmless_words_are_left_alone(spoken: Spoken) -> None:
    """Prices, dates, times and talk about cards are never reported and seldom masked."""
    words = sum(example.words for example in spoken.examples)
    wrong = sum(
        len(reported - example.places)
        for example, reported in zip(spoken.examples, spoken.reported, strict=True)
    )
    assert 1000 * wrong / words <= MOST_FALSE_PER_1000
    harmless = words - sum(len(example.places) for example in spoken.examples)
    masked = sum(
        len(masked - example.places)
        for example, masked in zip(spoken.examples, spoken.masked, strict=True)
    )
    assert masked / harmless <= MOST_MASKED_HARMLESS
