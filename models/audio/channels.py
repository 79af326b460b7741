"""Detection of stereo recordings whose channels carry the same signal."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from models.audio.decoding import SAMPLE_RATE_HZ, as_float

if TYPE_CHECKING:
    from models.audio.decoding import Pcm

_ALIKE = 0.95  # two sides of a call stay far below it, a doubled mono recording far above
_BLOCK_SAMPLES = 60 * SAMPLE_RATE_HZ


def carry_same_signal(pcm: Pcm) -> bool:
    """Whether two channels carry the same signal, at any level and polarity."""
    if len(pcm) < 2:  # noqa: PLR2004  # nothing to compare with
        return False
    cross = np.zeros(3)
    for first in range(0, pcm.shape[1], _BLOCK_SAMPLES):
        left, right = as_float(pcm[:2, first : first + _BLOCK_SAMPLES])
        cross += (left @ right, left @ left, right @ right)
    both, left_power, right_power = cross
    return bool(left_power and right_power) and bool(
        abs(both) >= _ALIKE * np.sqrt(left_power * right_power)
    )
