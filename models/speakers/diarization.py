"""Diarization: which of two speakers says each word, on a channel that carries both.

Short stretches of speech are embedded. Then two steps alternate until nothing changes: the current
assignment of words gives the direction in which the two voices differ most, and the projection on
that direction gives every word a vote, where a change of speaker has a cost unless there is a pause
or the end of a sentence. The words have a vote, too, which separates voices of similar sound.
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
_CONTEXT_S = 1.5  # needed to identify a voice; shorter stretches are averaged with neighbours
_NEAR_S = 0.4  # width of the weight of a stretch around its middle
_DIMENSIONS = 20  # principal components; in a minute of speech, further ones are noise
_CHANGE_COST = 0.5  # of a vote, which is at most 1
_EASY_CHANGE_COST = 0.1
_EASY_PAUSE_S = 0.3
_ROUNDS = 10


class _Split(NamedTuple):
    """An assignment of words to two speakers.

    Attributes:
        is_second: Whether each word is said by the second speaker.
        agreement: Votes for it, minus votes against it and the costs of speaker changes.
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
    """Split the words of a channel between two speakers, each in time order.

    Args:
        channel: The samples.
        spans: Spans of speech.
        words: In time order.
        embedder: Computes the speaker embeddings.
        hints: Evidence of each word for its speaker, in votes: above 0 for the first speaker,
            below 0 for the second.
    """
    starts = _stretch_starts(spans, len(channel), embedder.sample_count)
    if len(starts) < 2 or not words:  # noqa: PLR2004  # nothing to separate
        return tuple(words), ()
    vectors = _principal(_embedded(channel, starts, embedder))
    shares = _Shares(words, starts, embedder.sample_count)
    costs = _change_costs(words)
    said = -np.array(hints, np.float32)
    axis = np.clip(vectors[:, 0] / max(float(vectors[:, 0].std()), 1e-6), -1, 1)
    split = max(
        (
            _refine(vectors, shares, projections, said, costs)
            for projections in (axis, -axis, *_projections_by_words(vectors, shares, said))
        ),
        key=lambda split: split.agreement,
    )
    pairs = list(zip(words, split.is_second, strict=True))
    return (
        tuple(word for word, second in pairs if not second),
        tuple(word for word, second in pairs if second),
    )


def _stretch_starts(spans: Sequence[Span], sample_count: int, length: int) -> list[int]:
    """Starts of overlapping stretches over all speech; a short span has one around its middle."""
    starts: list[int] = []
    for span in spans:
        if span.end - span.start <= length:
            starts.append((span.start + span.end - length) // 2)
        else:
            starts.extend(range(span.start, span.end - length, length // _STEPS_PER_STRETCH))
            starts.append(span.end - length)
    return [min(max(start, 0), sample_count - length) for start in starts if sample_count >= length]


def _embedded(channel: Pcm, starts: Sequence[int], embedder: SpeakerEmbedder) -> Floats:
    """A vector per stretch, averaged over the stretches within `_CONTEXT_S`."""
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
    """The vectors projected on their principal components."""
    centred = vectors - vectors.mean(axis=0)
    axes = np.linalg.svd(centred, full_matrices=False)[2][:_DIMENSIONS]
    return np.asarray(centred @ axes.T, np.float32)


class _Shares:
    """Weights of each stretch for each word that it covers.

    Stored as pairs: a matrix of all words and stretches would grow with the square of the call.

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
        """Weighted sum of the stretches' values for each word."""
        weighted = self._share * values[self._stretch]
        return np.bincount(self._word, weighted, self._counts[0]).astype(np.float64)

    def by_stretch(self, values: Floats) -> Floats:
        """Weighted sum of the words' values for each stretch."""
        weighted = self._share * values[self._word]
        return np.bincount(self._stretch, weighted, self._counts[1]).astype(np.float64)


def _projections_by_words(vectors: Floats, shares: _Shares, said: Floats) -> list[Floats]:
    """An initial projection from the words; none if they identify only one side."""
    evidence = shares.by_stretch(said)
    if evidence.min() >= 0 or evidence.max() <= 0:
        return []
    return [_projection(vectors, np.where(evidence > 0, 1, np.where(evidence < 0, 0, 0.5)))]


def _refine(
    vectors: Floats,
    shares: _Shares,
    projections: Floats,
    said: Floats,
    change_costs: Sequence[float],
) -> _Split:
    """Alternate between sound and words, from an initial projection, until they agree."""
    stretch_weights = np.maximum(shares.by_word(np.ones(len(vectors))), 1e-6)
    word_weights = np.maximum(shares.by_stretch(np.ones(len(said))), 1e-6)
    split = _smoothest(shares.by_word(projections) / stretch_weights + said, change_costs)
    for _ in range(_ROUNDS):
        second_parts = shares.by_stretch(split.is_second.astype(np.float64)) / word_weights
        if not 0 < split.is_second.mean() < 1:
            break
        projections = _projection(vectors, second_parts)
        again = _smoothest(shares.by_word(projections) / stretch_weights + said, change_costs)
        is_settled = bool((again.is_second == split.is_second).all())
        split = again
        if is_settled:
            break
    return split


def _projection(vectors: Floats, second_parts: Floats) -> Floats:
    """Projection of each vector on the axis from the first to the second voice, -1..1.

    Fisher's discriminant, regularised towards the difference of the means, since a call has few
    vectors for each voice.

    Args:
        vectors: Shape (stretches, dimensions).
        second_parts: Share of each stretch that the second voice says, 0..1.
    """
    first = np.average(vectors, axis=0, weights=1 - second_parts + 1e-6)
    second = np.average(vectors, axis=0, weights=second_parts + 1e-6)
    own_means = np.where(second_parts[:, None] > 0.5, second, first)  # noqa: PLR2004  # whose it is more
    scatter = np.atleast_2d(np.cov((vectors - own_means).T, bias=True))
    regularised = scatter + np.trace(scatter) / len(scatter) * np.eye(len(scatter)) + 1e-9
    direction = np.linalg.solve(regularised, second - first)
    spread = direction @ (second - first)
    lean = (vectors - (first + second) / 2) @ direction / max(float(spread), 1e-9) * 2
    return np.asarray(np.clip(lean, -1, 1), np.float32)


def _change_costs(words: Sequence[Word]) -> list[float]:
    """The cost of a change of speaker before each word."""
    costs = [0.0]
    for before, word in pairwise(words):
        pause = word.start_s - before.end_s >= _EASY_PAUSE_S
        costs.append(
            _EASY_CHANGE_COST if pause or before.text.endswith((".", "?", "!")) else _CHANGE_COST
        )
    return costs


def _smoothest(votes: Floats, change_costs: Sequence[float]) -> _Split:
    """The assignment with the least cost of contrary votes and speaker changes (Viterbi)."""
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
