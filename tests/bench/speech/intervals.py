"""Confidence intervals of word error rates: bootstrap over channels."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

import numpy as np

if TYPE_CHECKING:
    from collections.abc import Sequence

_DRAWS = 2000
_SEED = 20
_BOUNDS = (2.5, 97.5)


class ScoredChannel(NamedTuple):
    """One channel of a call, as one engine transcribed it."""

    errors: int
    words: int


def interval(channels: Sequence[ScoredChannel]) -> tuple[float, float]:
    """95 % interval of the word error rate, if other channels of this kind had been drawn."""
    counts = np.array(channels, dtype=np.float64).reshape(-1, 2)
    drawn = counts[_drawn(len(counts))].sum(axis=1)
    return _bounds(drawn[:, 0] / np.maximum(drawn[:, 1], 1))


def difference(
    channels: Sequence[ScoredChannel], others: Sequence[ScoredChannel]
) -> tuple[float, float, float]:
    """How much higher a word error rate is than another on the same channels, and its interval.

    Raises:
        ValueError: They are not the same channels.
    """
    if [one.words for one in channels] != [one.words for one in others]:
        raise ValueError("different channels; expected the same references for both engines")
    counts = np.array(
        [(a.errors - b.errors, a.words) for a, b in zip(channels, others, strict=True)]
    )
    errors, words = counts.reshape(-1, 2).sum(axis=0)
    drawn = counts[_drawn(len(counts))].sum(axis=1)
    low, high = _bounds(drawn[:, 0] / np.maximum(drawn[:, 1], 1))
    return float(errors / max(words, 1)), low, high


def _drawn(count: int) -> np.ndarray:
    return np.random.default_rng(_SEED).integers(max(count, 1), size=(_DRAWS, count))


def _bounds(rates: np.ndarray) -> tuple[float, float]:
    low, high = np.percentile(rates, _BOUNDS)
    return float(low), float(high)
