"""Diarization: which of two voices speaks when, on a channel that carries both.

Short stretches of speech are embedded. Then two steps take turns until nothing changes: who says
which word gives the direction in which the two voices differ most, and that direction gives every
word a vote, where changing the speaker costs something unless there is a pause or the end of a
sentence. What is said has a vote, too: it tells similar voices apart where their sound does not.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from models.audio.decoding import SAMPLE_RATE_HZ

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from models.audio.decoding import Pcm
    from models.audio.voice_activity import Span
    from models.speakers.embeddings import SpeakerEmbedder
    from models.transcript import Word

    Floats = NDArray[np.floating]

_STEPS_PER_STRETCH = 2
_CONTEXT_S = 1.5  # what it takes to know a voice; shorter stretches listen to their neighbours
_NEAR_S = 0.4  # a stretch speaks for the words around its middle most
_DIMENSIONS = 20  # in which voices differ; what is beyond them is noise in a minute of speech
_CHANGE_COST = 0.5  # of a vote, which is at most 1
_EASY_CHANGE_COST = 0.1
_EASY_PAUSE_S = 0.3
_ROUNDS = 10


class _Split(NamedTuple):
    """A way to part the words.

    Attributes:
        is_second: Whether each word is the second voice's.
        agreement: Votes for it less votes against it and changes of the speaker.
    """

    is_second: NDArray[np.bool_]
    agreement: float


def split_speakers(
    channel: Pcm,
    spans: Sequence[Span],
    words: Sequence[Word],
    embedder: SpeakerEmbedder,
    hints: Sequence[float],
) -> tuple[tuple[Word, ...], tuple[Word, ...]]:
    """Part the words of a channel between two voices, in time order each.

    Args:
        channel: The samples.
        spans: Where somebody speaks.
        words: In time order.
        embedder: Turns stretches of speech into vectors.
        hints: What each word says of its speaker: above 0 the first voice's words, below 0 the
            second's, in votes.
    """
    starts = _stretch_starts(spans, len(channel), embedder.sample_count)
    if len(starts) < 2 or not words:  # noqa: PLR2004  # nothing to tell apart
        return tuple(words), ()
    vectors = _principal(_embedded(channel, starts, embedder))
    shares = _Shares(words, starts, embedder.sample_count)
    costs = _change_costs(words)
    said = -np.array(hints, np.float32)
    axis = np.clip(vectors[:, 0] / max(float(vectors[:, 0].std()), 1e-6), -1, 1)
    parting = max(
        (
            _refine(vectors, shares, leanings, said, costs)
            for leanings in (axis, -axis, *_leanings_by_words(vectors, shares, said))
        ),
        key=lambda parting: parting.agreement,
    )
    pairs = list(zip(words, parting.is_second, strict=True))
    return (
        tuple(word for word, second in pairs if not second),
        tuple(word for word, second in pairs if second),
    )


def _stretch_starts(spans: Sequence[Span], sample_count: int, length: int) -> list[int]:
    """Overlapping stretches over all speech; a short span gets one around its middle."""
    starts: list[int] = []
    for span in spans:
        if span.end - span.start <= length:
            starts.append((span.start + span.end - length) // 2)
        else:
            starts.extend(range(span.start, span.end - length, length // _STEPS_PER_STRETCH))
            starts.append(span.end - length)
    return [min(max(start, 0), sample_count - length) for start in starts if sample_count >= length]


def _embedded(channel: Pcm, starts: Sequence[int], embedder: SpeakerEmbedder) -> Floats:
    """A vector per stretch, the mean of those near enough to hear `_CONTEXT_S` together."""
    length = embedder.sample_count
    vectors = embedder.embed(channel, starts)
    at = np.array(starts)
    reach = int(_CONTEXT_S * SAMPLE_RATE_HZ - length) // 2
    firsts = np.searchsorted(at, at - reach)
    lasts = np.searchsorted(at, at + reach, side="right")
    return np.stack(
        [vectors[first:last].mean(axis=0) for first, last in zip(firsts, lasts, strict=True)]
    )


def _principal(vectors: Floats) -> Floats:
    """The vectors in the few dimensions in which they differ most."""
    centred = vectors - vectors.mean(axis=0)
    axes = np.linalg.svd(centred, full_matrices=False)[2][:_DIMENSIONS]
    return np.asarray(centred @ axes.T, np.float32)


class _Shares:
    """How much each stretch tells of each word that it covers.

    Kept pair by pair: a table of all words and stretches would grow with the square of the call.

    Args:
        words: In time order.
        starts: Of the stretches in samples, rising.
        length: Of a stretch in samples.
    """

    def __init__(self, words: Sequence[Word], starts: Sequence[int], length: int) -> None:
        starts_s, length_s = np.array(starts) / SAMPLE_RATE_HZ, length / SAMPLE_RATE_HZ
        word_starts_s = np.array([word.start_s for word in words])
        word_ends_s = np.array([word.end_s for word in words])
        firsts = np.searchsorted(starts_s, word_starts_s - length_s, side="right")
        lasts = np.maximum(np.searchsorted(starts_s, word_ends_s, side="left"), firsts)
        ranges = [np.arange(first, last) for first, last in zip(firsts, lasts, strict=True)]
        self._counts = (len(words), len(starts))
        self._word = np.repeat(np.arange(len(words)), lasts - firsts)
        self._stretch = np.concatenate(ranges)
        middles_s = ((word_starts_s + word_ends_s) / 2)[self._word]
        distances_s = starts_s[self._stretch] + length_s / 2 - middles_s
        self._share = np.exp(-((distances_s / _NEAR_S) ** 2))

    def by_word(self, values: Floats) -> Floats:
        """Sum a value of each stretch up for each word."""
        told = self._share * values[self._stretch]
        return np.bincount(self._word, told, self._counts[0]).astype(np.float64)

    def by_stretch(self, values: Floats) -> Floats:
        """Sum a value of each word up for each stretch."""
        told = self._share * values[self._word]
        return np.bincount(self._stretch, told, self._counts[1]).astype(np.float64)


def _leanings_by_words(vectors: Floats, shares: _Shares, said: Floats) -> list[Floats]:
    """A first guess from what is said; none if only one side gives itself away."""
    told = shares.by_stretch(said)
    if told.min() >= 0 or told.max() <= 0:
        return []
    return [_projection(vectors, np.where(told > 0, 1, np.where(told < 0, 0, 0.5)))]


def _refine(
    vectors: Floats, shares: _Shares, leanings: Floats, said: Floats, change_costs: Sequence[float]
) -> _Split:
    """From a first guess, let words and sound correct each other until they agree."""
    heard_by = np.maximum(shares.by_word(np.ones(len(vectors))), 1e-6)
    tells = np.maximum(shares.by_stretch(np.ones(len(said))), 1e-6)
    parting = _smoothest(shares.by_word(leanings) / heard_by + said, change_costs)
    for _ in range(_ROUNDS):
        second_parts = shares.by_stretch(parting.is_second.astype(np.float64)) / tells
        if not 0 < parting.is_second.mean() < 1:
            break
        leanings = _projection(vectors, second_parts)
        again = _smoothest(shares.by_word(leanings) / heard_by + said, change_costs)
        is_settled = bool((again.is_second == parting.is_second).all())
        parting = again
        if is_settled:
            break
    return parting


def _projection(vectors: Floats, second_parts: Floats) -> Floats:
    """How much each vector leans to the second voice, -1..1.

    Fisher's discriminant, held back towards the plain difference of the means, since a call has
    few vectors for each voice.

    Args:
        vectors: Shape (stretches, dimensions).
        second_parts: How much of each stretch is the second voice's, 0..1.
    """
    first = np.average(vectors, axis=0, weights=1 - second_parts + 1e-6)
    second = np.average(vectors, axis=0, weights=second_parts + 1e-6)
    own_means = np.where(second_parts[:, None] > 0.5, second, first)  # noqa: PLR2004  # whose it is more
    scatter = np.atleast_2d(np.cov((vectors - own_means).T, bias=True))
    held_back = scatter + np.trace(scatter) / len(scatter) * np.eye(len(scatter)) + 1e-9
    direction = np.linalg.solve(held_back, second - first)
    spread = direction @ (second - first)
    lean = (vectors - (first + second) / 2) @ direction / max(float(spread), 1e-9) * 2
    return np.asarray(np.clip(lean, -1, 1), np.float32)


def _change_costs(words: Sequence[Word]) -> list[float]:
    """What it costs to change the speaker before each word."""
    costs = [0.0]
    for before, word in pairwise(words):
        pause = word.start_s - before.end_s >= _EASY_PAUSE_S
        costs.append(
            _EASY_CHANGE_COST if pause or before.text.endswith((".", "?", "!")) else _CHANGE_COST
        )
    return costs


def _smoothest(votes: Floats, change_costs: Sequence[float]) -> _Split:
    """The cheapest way through the words: votes against the choice plus changes (Viterbi)."""
    costs = np.zeros(2)
    came_from: list[tuple[int, int]] = []
    for vote, change_cost in zip(votes, change_costs, strict=True):
        stay_or_change = np.array([[0, change_cost], [change_cost, 0]]) + costs
        came_from.append((int(stay_or_change[0].argmin()), int(stay_or_change[1].argmin())))
        costs = stay_or_change.min(axis=1) + np.array([max(vote, 0), max(-vote, 0)])
    voice = int(costs.argmin())
    path = []
    for origins in reversed(came_from):
        path.append(bool(voice))
        voice = origins[voice]
    return _Split(np.array(path[::-1]), float(np.abs(votes).sum() - 2 * costs.min()))
