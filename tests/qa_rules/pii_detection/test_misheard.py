"""What recognition makes of dictated values: nothing of an answer stays readable."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from models.call import Role
from qa_rules.pii_detection.detector import find_pii
from qa_rules.pii_detection.redaction import redact
from qa_rules.pii_detection.types.catalogue import load_pii_rules
from tests.qa_rules.pii_detection.written_lines import heard

if TYPE_CHECKING:
    from models.transcript import Transcript

RULES = load_pii_rules(Path(__file__).parents[3] / "qa_rules" / "pii")


def answered(language: str, question: str, answer: str, confidence: float) -> Transcript:
    """A question of the agent and an answer of the customer."""
    return heard(language, [(Role.AGENT, question), (Role.CUSTOMER, answer)], confidence)


def left(transcript: Transcript) -> str:
    """The customer's words as they are kept."""
    return redact(transcript, find_pii(transcript, RULES)).turns[1].text


@pytest.mark.parametrize(
    ("language", "question", "answer"),
    [
        ("es", "¿Me facilita su NIE?", "Sí, griega, 765, 4321, G de Jerona."),
        ("es", "¿Su documento de identidad?", "12 345 678, el"),
        ("es", "¿Su documento de identidad?", "87 35 43 21, vez de Saragusa."),
        ("es", "¿Cuál es su IBAN?", "es el 79 21 0 0 0 0 8 13 61 0 1 23 45 67 89"),
        ("it", "Mi dice l'iban?", "ti sei 60X 0542 8111 0100 0000 1234 56"),
        ("en", "Your national insurance number, please?", "Huge, 12 34 56 C"),
        ("es", "¿A qué cuenta?", "EAS66 2100 0418 4012 304, 56, 78, lo venza y uno."),
        ("it", "Le coordinate, prego.", "i t 40 è se 0542 8111 0100 0000 1234 56"),
        ("en", "And the number on the signature strip?", "041,"),
    ],
)
def test_what_was_misheard_of_a_code_goes_with_it(
    language: str, question: str, answer: str
) -> None:
    """The words at the edges of an answer stand for the letters and digits that it lacks."""
    kept = left(answered(language, question, answer, 0.8)).split()
    assert all(word.startswith("[") for word in kept)


@pytest.mark.parametrize(
    ("language", "question"),
    [
        ("en", "And the three digits on the back?"),
        ("es", "¿Y el código de seguridad?"),
        ("it", "Mi lascia la sua mail?"),
    ],
)
def test_an_answer_that_nobody_understood_is_masked(language: str, question: str) -> None:
    """Where a code was asked for, words that recognition is unsure of may be the code."""
    transcript = answered(language, question, "lo va subillini che", 0.4)
    assert "subillini" not in left(transcript)
    assert not any(span.reported for span in find_pii(transcript, RULES))


def test_a_clear_answer_without_a_code_is_left_alone() -> None:
    """Who says clearly that they have to look gives nothing away."""
    answer = "hold on I have to find my glasses"
    assert left(answered("en", "And the three digits on the back?", answer, 0.9)) == answer


def test_words_after_a_whole_document_are_left_alone() -> None:
    """Only an answer may be explained by the words after it."""
    said = answered("es", "Dígame.", "documento 12345678Z de España", 0.9)
    assert left(said).endswith("de España")
