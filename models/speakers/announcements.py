"""Played announcements on a channel that carries a whole call: their words belong to neither side.

The words of a recording notice or a menu alone do not tell, since agents say the same. So a passage
with such words counts as played if its voice is neither side's: if it is further from both of them
than their own passages of that length are.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from models.audio.decoding import SAMPLE_RATE_HZ
from models.speakers.diarization import split_speakers
from models.speakers.roles import hints, is_announcement

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator, Sequence

    from numpy.typing import NDArray

    from models.audio.decoding import Pcm
    from models.audio.voice_activity import Span
    from models.speakers.embeddings import SpeakerEmbedder
    from models.transcript import Word

    Vectors = NDArray[np.float32]

_PAUSE_S = 0.4
_LEAST_WORDS = 5
_MOST_WORDS = 40  # of a side: more make its voice no clearer
# Distance to the nearer side, relative to that of the side's own passages. Of 21 openings of the
# night's agents against their own calls at most 1.5; against calls of other voices 4.5 (median).
_LEAST_RATIO = 2.0


class _Passage(NamedTuple):
    """Words without a pause: those from `first` to before `last`."""

    first: int
    last: int


def announced(
    channel: Pcm,
    spans: Sequence[Span],
    words: Sequence[Word],
    language: str,
    embedder: SpeakerEmbedder,
) -> tuple[Word, ...]:
    """Find the words of played announcements.

    Args:
        channel: The samples.
        spans: Spans of speech.
        words: Of both sides and of what is played, in time order.
        language: Language of the phrases that announcements contain.
        embedder: Computes the embeddings.
    """
    passages = _passages(words)
    likely = [
        passage
        for passage in passages
        if passage.last - passage.first >= _LEAST_WORDS
        and is_announcement(words[passage.first : passage.last], language)
    ]
    if not likely:
        return ()
    rest = [word for p in passages if p not in likely for word in words[slice(*p)]]
    split = split_speakers(channel, spans, rest, embedder, hints(rest, language))
    voices = [_vectors(channel, own, embedder) for own in split if len(own) > _LEAST_WORDS]

    def voice(at: int) -> Vectors:
        return _vectors(channel, words[slice(*passages[at])], embedder)

    played: set[int] = set()
    for seed in map(passages.index, likely if voices else ()):
        own = voice(seed)
        if seed not in played and all(_distance_ratio(own, s) >= _LEAST_RATIO for s in voices):
            played |= {seed, *_same_voice(own, voices, voice, range(seed - 1, -1, -1))}
            played |= set(_same_voice(own, voices, voice, range(seed + 1, len(passages))))
    return tuple(word for at in sorted(played) for word in words[slice(*passages[at])])


def _passages(words: Sequence[Word]) -> list[_Passage]:
    starts = [
        at
        for at, (before, word) in enumerate(pairwise(words), start=1)
        if word.start_s - before.end_s >= _PAUSE_S
    ]
    return [_Passage(first, last) for first, last in pairwise([0, *starts, len(words)])]


def _vectors(channel: Pcm, words: Sequence[Word], embedder: SpeakerEmbedder) -> Vectors:
    """The voice around each of some words, spread evenly over all of them."""
    length = embedder.sample_count
    chosen = words[:: -(-len(words) // _MOST_WORDS)]
    middles = [int((word.start_s + word.end_s) / 2 * SAMPLE_RATE_HZ) for word in chosen]
    last = max(len(channel) - length, 0)
    return embedder.embed(channel, [min(max(at - length // 2, 0), last) for at in middles])


def _distance_ratio(passage: Vectors, side: Vectors) -> float:
    """How far a passage is from a side, relative to the side's own passages of that length."""
    count = min(len(passage), len(side) // 2)
    parts = [
        1 - _cosine(side[first : first + count], np.delete(side, slice(first, first + count), 0))
        for first in range(0, len(side) - count + 1, max(count // 2, 1))
    ]
    return float((1 - _cosine(passage, side)) / max(float(np.median(parts)), 1e-4))


def _same_voice(
    seed: Vectors, sides: Sequence[Vectors], voice: Callable[[int], Vectors], neighbours: range
) -> Iterator[int]:
    """The next passages, as long as they are nearer to the seed than to either side."""
    for at in neighbours:
        own = voice(at)
        if _cosine(own, seed) <= max(_cosine(own, side) for side in sides):
            return
        yield at


def _cosine(one: Vectors, other: Vectors) -> float:
    first, second = one.mean(axis=0), other.mean(axis=0)
    return float(first @ second / (np.linalg.norm(first) * np.linalg.norm(second)))
