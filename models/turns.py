"""Turns: the words of all channels, merged in the order in which they were spoken.

A turn ends at a pause of more than `PAUSE_S`, or when another speaker begins. Whoever begins splits
the turn of whoever was speaking, never the other way round, so that a short "mm hm" inside a long
explanation is one turn between two.
"""

from __future__ import annotations

from bisect import bisect_left, bisect_right
from dataclasses import dataclass
from itertools import pairwise
from operator import attrgetter
from typing import TYPE_CHECKING

from models.call import Role
from models.transcript import Turn

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from models.transcript import Word

PAUSE_S = 1.0


@dataclass(frozen=True, slots=True)
class Voice:
    """All words of one speaker.

    Attributes:
        channel: Index of the audio channel.
        words: In time order.
        role: Who speaks.
        role_confidence: 0..1.
    """

    channel: int
    words: tuple[Word, ...]
    role: Role = Role.UNKNOWN
    role_confidence: float = 0.0


def take_turns(voices: Iterable[Voice]) -> tuple[Turn, ...]:
    """Merge the words of all speakers into turns, ordered by start."""
    stretches = [(voice, _stretches(voice.words)) for voice in voices]
    turns: list[Turn] = []
    for voice, own in stretches:
        others_s = sorted(
            words[0].start_s
            for other, theirs in stretches
            if other is not voice
            for words in theirs
        )
        for words in own:
            turns.extend(
                Turn(voice.role, voice.role_confidence, voice.channel, part)
                for part in _cut_at(words, others_s)
            )
    return tuple(sorted(turns, key=attrgetter("start_s", "channel")))


def _stretches(words: Sequence[Word]) -> list[tuple[Word, ...]]:
    """Group words that have no pause between them."""
    stretches: list[list[Word]] = []
    for word in words:
        if stretches and word.start_s - stretches[-1][-1].end_s <= PAUSE_S:
            stretches[-1].append(word)
        else:
            stretches.append([word])
    return [tuple(stretch) for stretch in stretches]


def _cut_at(words: tuple[Word, ...], times_s: Sequence[float]) -> list[tuple[Word, ...]]:
    """Cut before the first word that starts at or after each of the sorted times."""
    starts_s = [word.start_s for word in words]
    inside = times_s[bisect_right(times_s, starts_s[0]) : bisect_right(times_s, starts_s[-1])]
    cuts = {bisect_left(starts_s, time_s) for time_s in inside}
    edges = [0, *sorted(cuts - {0}), len(words)]
    return [words[first:last] for first, last in pairwise(edges)]
