"""Dealing: which calls of a night go to a worker together."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

# Enough calls for the listener to fill its batches, few enough to see the night move on.
MOST_CALLS_PER_PORTION = 8
# A portion is at most this part of what each worker still has before it, so that portions
# become small towards the end: what one worker has left over, another takes.
_PART_OF_SHARE = 0.5


def portions(
    durations_s: Sequence[float], languages: Sequence[str | None], workers: int
) -> list[list[int]]:
    """Deal calls out so that they are heard together, yet no worker idles at the end.

    Taken in order, a portion by whichever worker is free, the last worker ends no later than an
    even share of all calls and one call after the start.

    Args:
        durations_s: Of each call.
        languages: Of each call, if known: only windows of one language are decoded together.
        workers: Processes that take one portion after the other.

    Returns:
        The positions of the calls of each portion.
    """
    portions: list[list[int]] = []
    left_s = sum(durations_s)
    portion: list[int] = []
    portion_s = 0.0
    for at in sorted(
        range(len(durations_s)), key=lambda at: (languages[at] or "", -durations_s[at])
    ):
        portion.append(at)
        portion_s += durations_s[at]
        is_enough = portion_s >= _PART_OF_SHARE * left_s / workers
        if is_enough or len(portion) == MOST_CALLS_PER_PORTION:
            portions.append(portion)
            left_s -= portion_s
            portion, portion_s = [], 0.0
    if portion:
        portions.append(portion)
    return portions
