"""Speech without words: where somebody speaks and the recogniser wrote nothing.

Recognition drops answers, short ones and read-out numbers most of all. What nobody understood
must not pass for harmless: the redacted copy of a recording is silent there too.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from typing import TYPE_CHECKING

from models.audio.decoding import SAMPLE_RATE_HZ
from models.transcript import Unheard

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from models.audio.voice_activity import Span
    from models.transcript import Word

SHORTEST_S = 1.0
"""Shorter gaps between words are pauses; half of it is the margin that spans of speech have."""
LONGEST_WORD_S = 1.2
"""A word that lasts longer was stretched over speech that was dropped."""


def unheard_speech(channel: int, spans: Iterable[Span], words: Sequence[Word]) -> Iterator[Unheard]:
    """Find the stretches of a channel's speech that no word covers.

    Args:
        channel: Index of the channel.
        spans: Its speech, in order.
        words: Its words, in order.
    """
    starts_s = [word.start_s for word in words]
    for span in spans:
        done_s, last_s = span.start / SAMPLE_RATE_HZ, span.end / SAMPLE_RATE_HZ
        first = bisect_left(starts_s, done_s - LONGEST_WORD_S)
        for word in words[first : bisect_right(starts_s, last_s)]:
            if word.start_s - done_s >= SHORTEST_S:
                yield Unheard(channel, round(done_s, 3), word.start_s)
            done_s = max(done_s, min(word.end_s, word.start_s + LONGEST_WORD_S))
        if last_s - done_s >= SHORTEST_S:
            yield Unheard(channel, round(done_s, 3), round(last_s, 3))
