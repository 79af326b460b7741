"""Words that nobody can have said are no transcript."""

from __future__ import annotations

from dataclasses import replace
from pathlib import Path

import pytest

from models.call import Recording, Role
from models.speech.plausibility import LEAST_WORDS, why_implausible
from models.transcript import Transcript, Turn, Unheard, Word

RECORDING = Recording(
    path=Path("a.wav"), audio_sha256="0", duration_s=60, channel_count=2, sample_rate_hz=16_000
)


def heard(count: int, word_s: float, confidence: float) -> Transcript:
    """So many equal words, one after the other."""
    words = tuple(Word("word", at * word_s, (at + 1) * word_s, confidence) for at in range(count))
    return Transcript(
        call_id="c1",
        language="en",
        language_confidence=1.0,
        duration_s=60,
        channel_count=2,
        turns=(Turn(Role.AGENT, 1.0, 0, words),),
        model_pin="base@0000",
    )


@pytest.mark.parametrize(
    ("word_s", "confidence"),
    [(0.12, 0.69), (0.19, 0.58), (0.3, 0.5), (0.7, 0.41), (0.0, 0.3)],
    ids=["twice as fast", "still fast", "slow", "slower", "without length"],
)
def test_nonsense_is_told_with_rate_and_remedy(word_s: float, confidence: float) -> None:
    """Too many words in a second, or words without confidence."""
    why = why_implausible(heard(60, word_s, confidence), RECORDING)
    assert why is not None
    assert "16000 Hz" in why
    assert "export it with its own rate" in why


@pytest.mark.parametrize(
    ("count", "word_s", "confidence"),
    [(60, 0.27, 0.93), (60, 0.18, 0.85), (60, 0.37, 0.6), (LEAST_WORDS - 1, 0.1, 0.3)],
    ids=["as usual", "a fast speaker", "a bad line", "hardly anything said"],
)
def test_speech_is_plausible(count: int, word_s: float, confidence: float) -> None:
    """Fast speakers are heard well, and a bad line at its usual pace."""
    assert why_implausible(heard(count, word_s, confidence), RECORDING) is None


def test_a_language_that_nobody_can_tell_is_doubtful() -> None:
    """Slow nonsense has words of some confidence, but no language."""
    slow = replace(heard(60, 0.37, 0.67), language_confidence=0.24)
    assert why_implausible(slow, RECORDING) is not None
    two_languages = replace(heard(60, 0.37, 0.85), language_confidence=0.5)
    assert why_implausible(two_languages, RECORDING) is None


@pytest.mark.parametrize(("unheard_s", "is_told"), [(67.0, True), (15.0, False)])
def test_speech_of_which_nothing_is_recognised_is_told(unheard_s: float, *, is_told: bool) -> None:
    """A minute of it is a wrong rate or a broken line, a few seconds may be a cough."""
    little = replace(heard(4, 0.5, 0.9), unheard=(Unheard(0, 10.0, 10.0 + unheard_s),))
    assert (why_implausible(little, RECORDING) is not None) is is_told
