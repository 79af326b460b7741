"""Echo removal: drop words that a channel only repeats from the other one, more quietly."""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from operator import attrgetter
from typing import TYPE_CHECKING

import numpy as np

from models.audio.decoding import SAMPLE_RATE_HZ, as_float

if TYPE_CHECKING:
    from collections.abc import Sequence

    from models.audio.decoding import Pcm
    from models.transcript import Word

_TOGETHER_S = 0.4  # delay of a line echo, plus the error of word times
_QUIETER = 0.3  # of the other channel's level: about 10 dB below it


def without_echo(pcm: Pcm, words: Sequence[Sequence[Word]]) -> list[list[Word]]:
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


def _is_echo(word: Word, others: Sequence[Word], own: Pcm, other: Pcm) -> bool:
    start = attrgetter("start_s")
    first = bisect_left(others, word.start_s - _TOGETHER_S, key=start)
    last = bisect_right(others, word.start_s + _TOGETHER_S, key=start)
    text = _letters(word.text)
    twins = [twin for twin in others[first:last] if _letters(twin.text) == text]
    return any(_level(own, word) < _QUIETER * _level(other, twin) for twin in twins)


def _letters(text: str) -> str:
    return "".join(filter(str.isalnum, text.casefold()))


def _level(channel: Pcm, word: Word) -> float:
    """Root mean square of the samples of a word."""
    first, last = (int(time_s * SAMPLE_RATE_HZ) for time_s in (word.start_s, word.end_s))
    samples = as_float(channel[first : max(last, first + 1)])
    return float(np.sqrt(np.mean(samples**2))) if len(samples) else 0.0
