"""Diarization: which of two voices speaks when, on a channel that carries both.

Short stretches of speech are embedded and parted into two groups. Every moment then gets the
vote of all stretches that cover it, and every word goes to the voice that its time votes for,
where changing the speaker costs something unless there is a pause or the end of a sentence.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np

from models.audio import SAMPLE_RATE_HZ, as_float

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from models.audio import Pcm
    from models.speakers import SpeakerEmbedder
    from models.transcript import Word
    from models.voice_activity import Span

    Floats = NDArray[np.float32]

_VOTES_PER_S = 100
_STEPS_PER_STRETCH = 2
_CONTEXT_S = 1.5  # what it takes to know a voice; shorter stretches listen to their neighbours
_CHANGE_COST = 0.5  # of a vote, which is at most 1
_EASY_CHANGE_COST = 0.1
_EASY_PAUSE_S = 0.3
_ROUNDS = 30


def part_voices(
    channel: Pcm, spans: Sequence[Span], words: Sequence[Word], embedder: SpeakerEmbedder
) -> tuple[tuple[Word, ...], tuple[Word, ...]]:
    """Part the words of a channel between two voices, in time order each."""
    starts = _stretch_starts(spans, len(channel), embedder.sample_count)
    if len(starts) < 2 or not words:  # noqa: PLR2004  # nothing to tell apart
        return tuple(words), ()
    stretches = [channel[start : start + embedder.sample_count] for start in starts]
    vectors = _with_neighbours(
        embedder.embed(as_float(np.stack(stretches))), starts, embedder.sample_count
    )
    leanings = _leanings(vectors)
    votes = _votes(leanings, starts, embedder.sample_count, len(channel))
    is_second = _smoothest([_vote(votes, word) for word in words], _change_costs(words))
    pairs = list(zip(words, is_second, strict=True))
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


def _with_neighbours(vectors: Floats, starts: Sequence[int], length: int) -> Floats:
    """Average each vector with those near enough that together they hear `_CONTEXT_S`."""
    at = np.array(starts)
    reach = int(_CONTEXT_S * SAMPLE_RATE_HZ - length) // 2
    firsts = np.searchsorted(at, at - reach)
    lasts = np.searchsorted(at, at + reach, side="right")
    return np.stack(
        [vectors[first:last].mean(axis=0) for first, last in zip(firsts, lasts, strict=True)]
    )


def _leanings(vectors: Floats) -> Floats:
    """How much each vector leans to the second of two groups, -1..1 (2-means, as Ward parts)."""
    centred = vectors - vectors.mean(axis=0)
    axis = np.linalg.svd(centred, full_matrices=False)[2][0]
    is_second = centred @ axis > 0
    for _ in range(_ROUNDS):
        if is_second.all() or not is_second.any():
            break
        first, second = vectors[~is_second].mean(axis=0), vectors[is_second].mean(axis=0)
        nearer = np.linalg.norm(vectors - second, axis=1) < np.linalg.norm(vectors - first, axis=1)
        if (nearer == is_second).all():
            break
        is_second = nearer
    else:
        first, second = vectors[~is_second].mean(axis=0), vectors[is_second].mean(axis=0)
    if is_second.all() or not is_second.any():
        return np.zeros(len(vectors), np.float32)
    direction = second - first
    middle = (first + second) / 2
    lean = (vectors - middle) @ direction / (direction @ direction) * 2
    return np.asarray(np.clip(lean, -1, 1), np.float32)


def _votes(leanings: Floats, starts: Sequence[int], length: int, sample_count: int) -> Floats:
    """Mean leaning of the stretches that cover each hundredth of a second; 0 where none does."""
    sums = np.zeros((2, sample_count * _VOTES_PER_S // SAMPLE_RATE_HZ + 2), np.float32)
    for leaning, start in zip(leanings, starts, strict=True):
        first = start * _VOTES_PER_S // SAMPLE_RATE_HZ
        last = (start + length) * _VOTES_PER_S // SAMPLE_RATE_HZ
        quarter = (last - first) // 4  # a stretch speaks for its middle most
        sums[:, first:last] += np.array([[leaning], [1]])
        sums[:, first + quarter : last - quarter] += np.array([[2 * leaning], [2]])
    return np.asarray(sums[0] / np.maximum(sums[1], 1), np.float32)


def _vote(votes: Floats, word: Word) -> float:
    first = int(word.start_s * _VOTES_PER_S)
    last = max(int(word.end_s * _VOTES_PER_S), first + 1)
    covered = votes[first:last]
    return float(covered.mean()) if len(covered) else 0.0


def _change_costs(words: Sequence[Word]) -> list[float]:
    """What it costs to change the speaker before each word."""
    costs = [0.0]
    for before, word in pairwise(words):
        pause = word.start_s - before.end_s >= _EASY_PAUSE_S
        costs.append(
            _EASY_CHANGE_COST if pause or before.text.endswith((".", "?", "!")) else _CHANGE_COST
        )
    return costs


def _smoothest(votes: Sequence[float], change_costs: Sequence[float]) -> list[bool]:
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
    return path[::-1]
