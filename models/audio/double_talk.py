"""Double talk: a side that speaks while its channel carries an echo of the other side.

Speech is louder in some bands than in others, and no two people use the same ones at once. So where
the level of all bands together cannot tell a side's speech from echo, single bands can: those in
which the channel is well above what the coupling of that band explains.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from numpy.lib.stride_tricks import sliding_window_view

from models.audio.decoding import SAMPLE_RATE_HZ, as_float
from models.audio.voice_activity import FRAME_SAMPLES

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from models.audio.decoding import Pcm

    Levels = NDArray[np.float64]
    Frames = NDArray[np.bool_]

_EDGES_HZ = (300, 500, 700, 950, 1250, 1600, 2050, 2600, 3400)
_LOWEST_POWER = 1e-12
_BLOCK_FRAMES = 5625  # transformed at once: bounds memory on recordings of hours
_FLOOR_PERCENTILE = 20
_OVER_FLOOR_DB = (6.0, 10.0)  # of frames that show the coupling, and of own speech
_NEAR = 2  # frames around one that its echo may be as loud as
_ECHO_PERCENTILE = 75  # of a band's coupling: echo varies more in a band than in all of them
_LEAST_FRAMES = 40
# On 6 calls with a side moved four seconds into the other, echo 12 and 16 dB down and one side 8 dB
# quieter: 2.7 and .7 % of its speech in double talk lost, instead of 12.7 and 2.6 %; echo counts
# as speech in .4 % more of the other time at most.
_OVER_ECHO_DB = 6.0
_LEAST_BANDS = 2


def band_levels_db(channel: Pcm) -> Levels:
    """Level of each band of the telephone in each frame, shape (bands, frames)."""
    taper = np.hanning(FRAME_SAMPLES)
    edges = [round(hz * FRAME_SAMPLES / SAMPLE_RATE_HZ) for hz in _EDGES_HZ]
    step = _BLOCK_FRAMES * FRAME_SAMPLES
    blocks = [np.zeros((len(edges) - 1, 0))]
    for first in range(0, len(channel), step):
        samples = as_float(channel[first : first + step])
        frames = np.pad(samples, (0, -len(samples) % FRAME_SAMPLES)).reshape(-1, FRAME_SAMPLES)
        power = np.abs(np.fft.rfft(frames * taper)) ** 2
        blocks.append(np.stack([power[:, low:high].sum(axis=1) for low, high in pairwise(edges)]))
    return 10 * np.log10(np.maximum(np.concatenate(blocks, axis=1), _LOWEST_POWER))


def loudest_near(levels: Levels, back: int, ahead: int) -> Levels:
    """The highest level from so many frames before each frame to so many after it."""
    padded = np.pad(levels, (back, ahead), constant_values=-np.inf)
    return np.asarray(sliding_window_view(padded, back + 1 + ahead).max(axis=1))


def over_echo(own: Levels, source: Levels, is_echo: Frames) -> Frames:
    """Frames in which a channel is above the echo in several bands.

    Args:
        own: Of the channel, shape (bands, frames).
        source: Of the other channel, as late as its echo, in the same shape.
        is_echo: Frames that hold echo and no speech of this side, by their level.
    """
    bands = np.zeros(own.shape[1])
    for level, said in zip(own, source, strict=True):
        loudest = loudest_near(said, _NEAR, _NEAR)
        floor = np.percentile(level, _FLOOR_PERCENTILE)
        shows = (level - loudest)[is_echo & (level > floor + _OVER_FLOOR_DB[0])]
        if len(shows) >= _LEAST_FRAMES:
            echo = loudest + np.percentile(shows, _ECHO_PERCENTILE)
            bands += level > np.maximum(echo + _OVER_ECHO_DB, floor + _OVER_FLOOR_DB[1])
    is_over = bands >= _LEAST_BANDS
    return np.convolve(is_over, np.ones(3), mode="same") >= 2  # noqa: PLR2004  # clicks are shorter
