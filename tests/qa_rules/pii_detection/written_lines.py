"""Written lines as transcripts, for the tests of the PII detector."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.call import Role
from models.transcript import Transcript, Turn, Word

if TYPE_CHECKING:
    from collections.abc import Iterable

WORD_S, STEP_S = 0.35, 0.4


def heard(language: str, lines: Iterable[tuple[Role, str]], confidence: float = 0.95) -> Transcript:
    """Lines as turns without a pause, a word every 0.4 seconds; an empty line is no turn."""
    turns, clock_s = [], 0.0
    for role, line in lines:
        words = []
        for text in line.split():
            words.append(Word(text, clock_s, clock_s + WORD_S, confidence))
            clock_s += STEP_S
        if words:
            turns.append(Turn(role, 1.0, 0 if role is Role.AGENT else 1, tuple(words)))
    return Transcript(
        call_id="call-1",
        language=language,
        language_confidence=1.0,
        duration_s=clock_s,
        channel_count=2,
        turns=tuple(turns),
        model_pin="invented",
    )
