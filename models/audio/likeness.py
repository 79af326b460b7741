"""How similar two channels are, block by block, at any lag, level and polarity.

Correlation is taken of the telephone band alone, so that neither a constant offset nor hum makes
two channels similar, and is normalised by the energy of the blocks at that lag.
"""

from __future__ import annotations

import math
from dataclasses import dataclass
from typing import TYPE_CHECKING

import numpy as np

from models.audio.blocks import BLOCK_S, BLOCK_SAMPLES
from models.audio.decoding import SAMPLE_RATE_HZ

if TYPE_CHECKING:
    from numpy.typing import NDArray

    from models.audio.blocks import Blocks
    from models.audio.decoding import Pcm

    Floats = NDArray[np.float64]

LONGEST_LAG_S = 0.2

_LOWEST_HZ, _HIGHEST_HZ = 300, 3400  # the telephone band
_RATE_HZ = 8000  # holds that band
_BLOCK = int(BLOCK_S * _RATE_HZ)
_LAG = int(LONGEST_LAG_S * _RATE_HZ)
_FFT = 12_000  # a block against a block with both lags, without wrapping around
_NEIGHBOURS = 608  # lines of a spectrum, of 20 Hz together
_TONE_RATIO = 6.0  # noise and speech are above it in one line of millions
_STRETCH_BLOCKS = 60  # what is filtered at once: bounds memory on recordings of hours


@dataclass(frozen=True, slots=True)
class Likeness:
    """Of each block of a pair of channels.

    Attributes:
        correlation: 0..1 whatever the polarity, at the lag where it is highest.
        lag_s: How much later the second channel is; within `LONGEST_LAG_S`.
        gain_db: How much louder the second channel is, at that lag.
    """

    correlation: Floats
    lag_s: Floats
    gain_db: Floats


def likeness(first: Pcm, second: Pcm, blocks: Blocks) -> Likeness:
    """Compare two channels of one length.

    Args:
        first: Shape (samples,).
        second: Shape (samples,).
        blocks: Which blocks of `BLOCK_SAMPLES` to compare; the others have correlation 0.
    """
    correlation, lag_s, gain_db = (np.zeros(len(blocks)) for _ in range(3))
    for start in range(0, len(blocks), _STRETCH_BLOCKS):
        wanted = start + np.flatnonzero(blocks[start : start + _STRETCH_BLOCKS])
        if not len(wanted):
            continue
        ours, theirs = (_in_band(channel, start) for channel in (first, second))
        at = _LAG + (wanted - start) * _BLOCK
        found = _compared(
            ours[at[:, None] + np.arange(_BLOCK)],
            theirs[at[:, None] + np.arange(-_LAG, _BLOCK + _LAG)],
        )
        correlation[wanted], lag_s[wanted], gain_db[wanted] = found
    return Likeness(correlation, lag_s, gain_db)


def _in_band(channel: Pcm, first_block: int) -> Floats:
    """A stretch of blocks at 8 kHz, with a margin of the longest lag on both sides."""
    margin = int(LONGEST_LAG_S * SAMPLE_RATE_HZ)
    first = first_block * BLOCK_SAMPLES - margin
    count = _STRETCH_BLOCKS * BLOCK_SAMPLES + 2 * margin
    samples = channel[max(first, 0) : first + count].astype(np.float64)
    samples -= samples.mean() if len(samples) else 0.0
    before = max(-first, 0)
    padded = np.pad(samples, (before, count - before - len(samples)))
    lowest, highest = (hz * count / SAMPLE_RATE_HZ for hz in (_LOWEST_HZ, _HIGHEST_HZ))
    spectrum = np.fft.rfft(padded)[: math.ceil(highest / _NEIGHBOURS) * _NEIGHBOURS]
    spectrum[: math.ceil(lowest)] = 0
    spectrum[int(highest) + 1 :] = 0
    _flatten_tones(spectrum)
    return np.fft.irfft(spectrum, count * _RATE_HZ // SAMPLE_RATE_HZ)


def _flatten_tones(spectrum: NDArray[np.complex128]) -> None:
    """Attenuate what stays constant over the whole stretch, such as overtones of hum.

    A steady tone is a line that stands far above its neighbours; speech has no such lines over
    half a minute.

    Args:
        spectrum: Changed in place; its length is a multiple of `_NEIGHBOURS`.
    """
    whole = spectrum.reshape(-1, _NEIGHBOURS)
    level = np.abs(whole)
    limit = _TONE_RATIO * np.median(level, axis=1, keepdims=True)
    whole *= np.minimum(1, limit / np.maximum(level, 1e-9))


def _compared(ours: Floats, theirs: Floats) -> tuple[Floats, Floats, Floats]:
    """Correlation, lag and gain of blocks with blocks that reach further on both sides."""
    cross = np.fft.irfft(np.conj(np.fft.rfft(ours, _FFT)) * np.fft.rfft(theirs, _FFT), _FFT)[
        :, : 2 * _LAG + 1
    ]
    summed = np.pad(np.cumsum(theirs**2, axis=1), ((0, 0), (1, 0)))
    their_power = np.maximum(summed[:, _BLOCK:] - summed[:, :-_BLOCK], 0)
    our_power = (ours**2).sum(axis=1, keepdims=True)
    # Less than a step of 16 bits is rounding, which two channels share by chance.
    audible = (their_power > _BLOCK) & (our_power > _BLOCK)
    alike = np.where(audible, np.abs(cross) / np.sqrt(np.maximum(their_power * our_power, 1)), 0)
    best = alike.argmax(axis=1)
    rows = np.arange(len(ours))
    ratio = np.maximum(their_power[rows, best], 1) / np.maximum(our_power[:, 0], 1)
    return np.minimum(alike[rows, best], 1), (best - _LAG) / _RATE_HZ, 10 * np.log10(ratio)
