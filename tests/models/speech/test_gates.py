"""Implausible output is rejected, and plausible output is kept."""

from __future__ import annotations

import pytest

from models.speech.gates import Gates, Verdict, hallucinated_phrases, is_loop
from models.speech.whisper import Hypothesis


def hypothesis(text: str, log_confidence: float = -0.2, no_speech: float = 0.05) -> Hypothesis:
    """Make a hypothesis."""
    return Hypothesis((1,), text, log_confidence, no_speech)


@pytest.mark.parametrize(
    "text",
    [
        "My card is 4 1 1 1 1 1 1 1 1 1 1 1 1 1 1 1.",
        "La tarjeta es " + "ocho, " * 19 + "gracias.",
        "No, no, no, no. I have had enough.",
        "sí sí sí claro que sí",
        "Bye.",
        "Thank you.",
        "four " + "two " * 13 + "done",
        "cero " * 8 + "siete",
        "It is 6.01" + ".1" * 14 + ".7",
    ],
)
def test_what_people_say_passes(text: str) -> None:
    """Digits in a row, repeated refusals and single words are speech."""
    assert Gates().judge(hypothesis(text), 8.0) is Verdict.KEEP


@pytest.mark.parametrize(
    "text",
    [
        "what " * 12,
        "eso me encantaría. " * 5,
        "I want to change the account. " * 5,
        "Caduca en " + "ocho, " * 20 + "gracias.",
        "It is " + "8 " * 24,
        "It is 6.01" + ".1" * 24,
        "It is 601" + "1" * 24,
    ],
)
def test_loops_get_another_try(text: str) -> None:
    """A decoding loop is detected, whatever its length."""
    assert is_loop(text.split())
    assert Gates().judge(hypothesis(text), 20.0) is Verdict.RETRY


@pytest.mark.parametrize("phrase", sorted(hallucinated_phrases()))
def test_known_inventions_are_dropped(phrase: str) -> None:
    """Subtitle sentences in three languages are rejected, however high their probability."""
    assert Gates().judge(hypothesis(phrase.capitalize() + "."), 3.0) is Verdict.NOTHING_SAID


def test_no_speech_needs_unsure_words() -> None:
    """Clear words survive a high no-speech score; unsure ones do not."""
    assert Gates().judge(hypothesis("Right.", -0.1, 0.9), 1.0) is Verdict.KEEP
    assert Gates().judge(hypothesis("Right.", -0.7, 0.9), 1.0) is Verdict.NOTHING_SAID


def test_impossible_speed_gets_another_try() -> None:
    """More words than can be spoken in the time are rejected."""
    text = "every word of this sentence differs from all others and still nobody talks so fast"
    assert Gates().judge(hypothesis(text), 1.0) is Verdict.RETRY


def test_a_sentence_twice_in_a_row_has_to_be_confirmed() -> None:
    """Short phrases are said twice and numbers read back; whole sentences are hallucinated."""
    sentence = "and I don't know what this is for."
    assert Gates().judge(hypothesis(f"{sentence} {sentence}"), 8.0) is Verdict.REPEATED
    for text in ("thank you very much, thank you very much", "it is 4 5 6 7 8 9, 4 5 6 7 8 9"):
        assert Gates().judge(hypothesis(text), 8.0) is Verdict.KEEP
