"""What the other side says beside sensitive words, which stays audible."""

from __future__ import annotations

from itertools import zip_longest
from operator import attrgetter
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from models.transcript import Word
    from qa_rules.pii_detection.context.speaker_words import SpeakerWords

_SHORTEST_OPEN_S = 0.1
"""A shorter part of what is said is not left audible."""


def talk_of_others(
    stream: SpeakerWords, streams: Iterable[SpeakerWords], pause_s: float
) -> list[tuple[float, float]]:
    """When the other channels speak, with short pauses; never in mono, where sides are a guess."""
    words = (word for other in streams if other.channel != stream.channel for word in other.words)
    talk: list[tuple[float, float]] = []
    for word in sorted(words, key=attrgetter("start_s")):
        if talk and word.start_s - talk[-1][1] <= pause_s:
            talk[-1] = talk[-1][0], max(talk[-1][1], word.end_s)
        else:
            talk.append((word.start_s, word.end_s))
    return talk


def without_others(
    bounds_s: tuple[float, float],
    own: Sequence[Word],
    others: Sequence[tuple[float, float]],
    apart_s: float,
) -> Iterator[tuple[float, float]]:
    """The parts of a stretch in which the other side does not speak alone.

    Between two sensitive words, and after the last one, that is so at some distance from them:
    "yes, go on" between two groups of a number, the thanks for it. After the last one, what the
    other side begins with ends the stretch.
    """
    begins_s, ends_s = bounds_s
    for before, after in zip_longest(own, own[1:]):
        first_s = before.end_s + apart_s
        last_s = after.start_s - apart_s if after else ends_s
        for talk_s in others:
            start_s, end_s = max(talk_s[0], first_s), min(talk_s[1], last_s)
            if end_s - start_s < _SHORTEST_OPEN_S:
                continue
            yield begins_s, start_s
            if not after:
                return
            begins_s = end_s
    yield begins_s, ends_s


def silent_since_s(time_s: float, others: Sequence[tuple[float, float]]) -> float:
    """Since when the other side has been silent at a time; that time itself if it speaks then."""
    return max((min(until_s, time_s) for from_s, until_s in others if from_s < time_s), default=0.0)
