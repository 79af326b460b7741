"""Every detector is tested by the examples in its own file."""

from __future__ import annotations

from pathlib import Path

import pytest

from models.call import Role
from models.transcript import Transcript, Turn, Word
from qa_rules.pii_detection.detector import find_pii
from qa_rules.pii_detection.types.catalogue import load_pii_rules

RULES = load_pii_rules(Path(__file__).parents[3] / "qa_rules" / "pii")
SECONDS_A_WORD = 0.4


def as_transcript(sentence: str, language: str) -> Transcript:
    """One customer's sentence as a transcript."""
    words = tuple(
        Word(text, index * SECONDS_A_WORD, (index + 0.9) * SECONDS_A_WORD, 1.0)
        for index, text in enumerate(sentence.split())
    )
    return Transcript(
        call_id="call-1",
        language=language,
        language_confidence=1.0,
        duration_s=len(words) * SECONDS_A_WORD,
        channel_count=1,
        turns=(Turn(Role.CUSTOMER, 1.0, 0, words),),
        model_pin="invented",
    )


EXAMPLES = [
    (rule.id, language, wanted, sentence)
    for rule in RULES.by_id.values()
    for language, examples in rule.examples.items()
    for wanted, sentences in ((True, examples.hit), (False, examples.miss))
    for sentence in sentences
]


@pytest.mark.parametrize(("type_", "language", "wanted", "sentence"), EXAMPLES)
def test_hits_are_found_and_misses_are_left_alone(
    type_: str, language: str, *, wanted: bool, sentence: str
) -> None:
    """A hit gives a span of the type; a miss gives no span at all."""
    spans = find_pii(as_transcript(sentence, language), RULES)
    if wanted:
        assert type_ in {span.type for span in spans}
    else:
        assert not spans
