"""Speech without recognised words.

Recognition drops answers, especially short ones and dictated numbers. Such speech may be sensitive,
so redacted copies are muted there as well.
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
"""Shorter gaps between words are pauses; half of it is the margin of spans of speech."""
LONGEST_WORD_S = 1.2
"""Longer words were stretched over speech that was dropped."""


def unheard_speech(channel: int, spans: Iterable[Span], words: Sequence[Word]) -> Iterator[Unheard]:
    """Find the parts of a channel's speech that no word covers.

    Args:
        channel: Index of the channel.
        spans: Spans of its speech, in order.
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
