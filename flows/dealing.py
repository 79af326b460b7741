"""Dealing: which calls of a night go to a worker together."""

from __future__ import annotations

from heapq import heappop, heappush
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

# Enough calls for the listener to fill its batches, few enough to see the night move on.
CALLS_PER_SUBMISSION = 4
# How much is said in a call shows late: what one worker has left, another takes.
_LEAST_ROUNDS = 2


def dealt(durations_s: Sequence[float], workers: int) -> list[list[int]]:
    """Deal calls out so that every portion is about as long and no worker idles at the end.

    Args:
        durations_s: Of each call.
        workers: Processes that take one portion after the other.

    Returns:
        The positions of the calls of each portion, longest call first; as many portions for
        every worker, the longest portions first.
    """
    rounds = max(-(-len(durations_s) // (CALLS_PER_SUBMISSION * workers)), _LEAST_ROUNDS)
    portions: list[list[int]] = [[] for _ in range(min(rounds * workers, len(durations_s)))]
    # The number of calls breaks ties, so that calls of no length leave no portion empty.
    loads = [(0.0, 0, number) for number in range(len(portions))]
    for at in sorted(range(len(durations_s)), key=lambda at: -durations_s[at]):
        load_s, count, number = heappop(loads)
        portions[number].append(at)
        heappush(loads, (load_s + durations_s[at], count + 1, number))
    return sorted(portions, key=lambda portion: -sum(durations_s[at] for at in portion))
