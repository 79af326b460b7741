"""Whether a channel carries both sides of a call, or one side that waits for the other."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

from models.audio.decoding import SAMPLE_RATE_HZ
from models.speakers.roles import hints

if TYPE_CHECKING:
    from collections.abc import Sequence

    from models.audio.voice_activity import Span
    from models.transcript import Word

_LEAST_SPEECH_S = 10.0
_WAIT_S = (0.75, 15.0)  # between spans, which have margins; longer silence is hold
# Waits a minute: from 3.9 on one side of 24 calls of the night, up to 1.0 on both together.
_FEWEST_WAITS_A_MINUTE = 2.5
_QUESTIONS_A_MINUTE = 2.0  # a message or a notice has fewer questions


def carries_both_sides(spans: Sequence[Span], words: Sequence[Word], language: str) -> bool:
    """Decide by pauses and words whether a channel carries a whole conversation.

    One side alone is silent while the other answers. A message or an announcement has no such
    waits either, but it has no words of both sides and asks little.

    Args:
        spans: The channel's speech, in order.
        words: The channel's words, in order.
        language: Language of the phrases that identify the sides.
    """
    spoken_s = sum(span.end - span.start for span in spans) / SAMPLE_RATE_HZ
    if spoken_s < _LEAST_SPEECH_S or not words:
        return False
    waits_s = [(after.start - before.end) / SAMPLE_RATE_HZ for before, after in pairwise(spans)]
    waits = sum(_WAIT_S[0] <= wait_s <= _WAIT_S[1] for wait_s in waits_s)
    if waits > _FEWEST_WAITS_A_MINUTE * spoken_s / 60:
        return False
    told = hints(words, language)
    questions = sum(word.text.endswith("?") for word in words)
    return (max(told) > 0 > min(told)) or questions >= _QUESTIONS_A_MINUTE * spoken_s / 60
