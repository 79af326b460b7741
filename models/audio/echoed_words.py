"""Words and speech that a channel holds only because it carries the other one."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from operator import attrgetter
from typing import TYPE_CHECKING

import numpy as np

from models.audio.decoding import SAMPLE_RATE_HZ, as_float

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from models.audio.decoding import Pcm
    from models.transcript import Unheard, Word

_TOGETHER_S = 0.4  # the delay of a line's echo, and what word times are off by
_QUIETER = 0.3  # of the other channel's level: about 10 dB below it
_EXPLAINED_RATIO = 0.7  # of a stretch in words of the other side; the rest are pauses in between


def without_echoed_words(pcm: Pcm, words: Sequence[Sequence[Word]]) -> list[list[Word]]:
    """Drop each word that the other channel has at the same time and much louder.

    Args:
        pcm: Shape (channels, samples).
        words: Of each channel, in time order.
    """
    if len(words) != 2:  # noqa: PLR2004  # echo is between two sides
        return [list(own) for own in words]
    return [
        [word for word in words[own] if not _is_echo(word, words[other], pcm[own], pcm[other])]
        for own, other in ((0, 1), (1, 0))
    ]


def without_echoed_stretches(
    pcm: Pcm, stretches: Iterable[Unheard], words: Sequence[Sequence[Word]]
) -> list[Unheard]:
    """Drop each stretch in which the other channel has words, and is much louder.

    So is what a codec that couples the channels leaks into one of them, which comes and goes and
    is no steady echo.

    Args:
        pcm: Shape (channels, samples).
        stretches: Speech of a channel in which no words were recognised.
        words: Of each channel, in time order.
    """
    if len(words) != 2:  # noqa: PLR2004  # echo is between two sides
        return list(stretches)
    return [
        stretch
        for stretch in stretches
        if _covered_ratio(stretch, words[1 - stretch.channel]) < _EXPLAINED_RATIO
        or _level(pcm[stretch.channel], stretch)
        >= _QUIETER * _level(pcm[1 - stretch.channel], stretch)
    ]


def _covered_ratio(stretch: Unheard, words: Iterable[Word]) -> float:
    """The part of a stretch that lies in words."""
    covered_s = sum(
        max(0.0, min(word.end_s, stretch.end_s) - max(word.start_s, stretch.start_s))
        for word in words
    )
    return covered_s / (stretch.end_s - stretch.start_s)


def _is_echo(word: Word, others: Sequence[Word], own: Pcm, other: Pcm) -> bool:
    start = attrgetter("start_s")
    first = bisect_left(others, word.start_s - _TOGETHER_S, key=start)
    last = bisect_right(others, word.start_s + _TOGETHER_S, key=start)
    text = _letters(word.text)
    twins = [twin for twin in others[first:last] if _letters(twin.text) == text]
    return any(_level(own, word) < _QUIETER * _level(other, twin) for twin in twins)


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def _level(channel: Pcm, part: Word | Unheard) -> float:
    """Root mean square of the samples of a part."""
    first, last = (int(time_s * SAMPLE_RATE_HZ) for time_s in (part.start_s, part.end_s))
    samples = as_float(channel[first : max(last, first + 1)])
    return float(np.sqrt(np.mean(samples**2))) if len(samples) else 0.0
