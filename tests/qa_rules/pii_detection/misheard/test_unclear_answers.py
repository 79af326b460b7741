"""Answers of low confidence, and those that hold no value.

What recognition makes of dictated values is measured on the misheard corpus,
`test_misheard_values.py`.
"""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from models.call import Role
from qa_rules.pii_detection.detector import find_pii
from qa_rules.pii_detection.redaction.text import redact
from qa_rules.pii_detection.types.catalogue import load_pii_rules
from tests.qa_rules.pii_detection.written_lines import heard

if TYPE_CHECKING:
    from models.transcript import Transcript

RULES = load_pii_rules(Path(__file__).parents[4] / "qa_rules" / "pii")


def answered(language: str, question: str, answer: str, confidence: float) -> Transcript:
    """A question of the agent and an answer of the customer."""
    return heard(language, [(Role.AGENT, question), (Role.CUSTOMER, answer)], confidence)


def left(transcript: Transcript) -> str:
    """The customer's words as they are kept."""
    return redact(transcript, find_pii(transcript, RULES)).turns[1].text


@pytest.mark.parametrize(
    ("language", "question"),
    [
        ("en", "And the three digits on the back?"),
        ("es", "¿Y el código de seguridad?"),
        ("it", "Mi lascia la sua mail?"),
    ],
)
def test_an_answer_of_low_confidence_is_masked(language: str, question: str) -> None:
    """Where a code was asked for, words that recognition is unsure of may be the code."""
    transcript = answered(language, question, "lo va subillini che", 0.4)
    assert "subillini" not in left(transcript)
    assert not any(span.reported for span in find_pii(transcript, RULES))


def test_a_clear_answer_without_a_code_is_left_alone() -> None:
    """An answer of high confidence without a value is not masked."""
    answer = "hold on I have to find my glasses"
    assert left(answered("en", "And the three digits on the back?", answer, 0.9)) == answer


def test_words_after_a_whole_document_are_left_alone() -> None:
    """Only an answer may be explained by the words after it."""
    said = answered("es", "Dígame.", "documento 12345678Z de España", 0.9)
    assert left(said).endswith("de España")
