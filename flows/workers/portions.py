"""Distribution of a night's calls among workers."""

from __future__ import annotations

from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Sequence

# Enough calls for the listener to fill its batches, few enough for the progress bar to advance.
MOST_CALLS_PER_PORTION = 8
# A portion is at most this share of the remaining work per worker, so that portions become small
# towards the end and all workers finish at about the same time.
_PART_OF_SHARE = 0.5
# Smaller ones leave batches of recognition half empty. In return, workers may idle in the end for
# as long as so much audio takes.
_LEAST_S = 120.0


def portions(
    durations_s: Sequence[float],
    languages: Sequence[str | None],
    workers: int,
    most: int = MOST_CALLS_PER_PORTION,
) -> list[list[int]]:
    """Divide calls into portions that fill batches, and yet leave no worker idle at the end.

    If free workers take portions in order, the last worker finishes no later than after an even
    share of all calls plus one call and two minutes of audio.

    Args:
        durations_s: Duration of each call.
        languages: Language of each call, if known: only windows of one language are decoded
            together.
        workers: Number of processes.
        most: Calls per portion at most.

    Returns:
        The positions of the calls of each portion.
    """
    portions: list[list[int]] = []
    left_s = sum(durations_s)
    least_s = min(_LEAST_S, left_s / workers)
    portion: list[int] = []
    portion_s = 0.0
    for at in sorted(
        range(len(durations_s)), key=lambda at: (languages[at] or "", -durations_s[at])
    ):
        portion.append(at)
        portion_s += durations_s[at]
        is_enough = portion_s >= max(_PART_OF_SHARE * left_s / workers, least_s)
        if is_enough or len(portion) == most:
            portions.append(portion)
            left_s -= portion_s
            portion, portion_s = [], 0.0
    if portion:
        portions.append(portion)
    return portions
