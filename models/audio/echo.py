"""Echo removal: separate a side's own speech from what its channel carries of the other side.

The coupling of the channels is measured on frame levels, so that line echo, crosstalk and a
loudspeaker near a microphone are treated alike; what it explains, in all bands together and in each
of them, is not the side's own speech. The audio is not changed: linear cancellation also removes
the side's own words, and fails at clock drift.
"""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from operator import attrgetter
from typing import TYPE_CHECKING, TypeAlias

import numpy as np

from models.audio.decoding import as_float
from models.audio.double_talk import band_levels_db, loudest_near, over_echo
from models.audio.voice_activity import FRAME_SAMPLES

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from numpy.typing import NDArray

    from models.audio.decoding import Pcm
    from models.audio.voice_activity import SpeechProbabilities

Levels: TypeAlias = "NDArray[np.float64]"
"""Mean square of each frame of 32 ms, in dB of full scale."""

_LOWEST_DB, _NOTHING_DB = -120.0, -85.0  # of zeros, and below the last bit of 16-bit audio
_SPEAKING_DB = -50.0  # the other side speaks; its echo at -35 dB is still above nothing
_LONGEST_LAG = 10  # frames, 320 ms: satellite lines and speakerphones stay below
_TAIL = 10  # frames that an echo lingers
_ALONE_DB = (8.0, 3.0)  # so far below the other side nobody of this side speaks; 3 for loud echo
_BIN_DB = 3.0
_BIN_FRAMES = 8  # fewer in a bin are no sample
# The quieter part of each bin: the rest is double talk, which hides how the echo follows the other
# side (correlation .4 to .6 instead of .8 to .9).
_QUIETER_PART = 0.6
# On 29 stereo calls: with echo 12 to 30 dB down .62 to .99 (two with little speech .35 and .48),
# without echo at most .29.
_LEAST_CORRELATION = 0.6
_LEAST_SLOPE = 0.03  # dB per dB; echo that hardly leaves the noise at -35 dB still has .08
_LEAST_FRAMES = 80  # 2.6 s of the other side speaking alone
_BLOCK = 5625  # frames, 3 minutes: a transfer or another handset changes the line
_BACK, _AHEAD = 6, 2  # frames around one that its echo may be as loud as: reverberation, lag
_SMOOTHED = 3  # frames
_OVER_ECHO_DB = 3.0  # own speech is louder than echo by more than the echo varies
_OVER_FLOOR_DB = 6.0
_FLOOR_PERCENTILE = 10


@dataclass(frozen=True, slots=True, kw_only=True)
class Coupling:
    """How a channel carries the other one, or seems to.

    Attributes:
        lag: Delay in frames of 32 ms.
        gain_db: Level of the echo, relative to what is echoed.
        correlation: Of both levels where the other side speaks alone.
        slope: Of the echo's level, in dB per dB.
        frame_count: What was measured on.
    """

    lag: int
    gain_db: float
    correlation: float
    slope: float
    frame_count: int

    @property
    def is_echo(self) -> bool:
        """Whether the coupling is certainly echo."""
        return (
            self.frame_count >= _LEAST_FRAMES
            and self.correlation >= _LEAST_CORRELATION
            and self.slope >= _LEAST_SLOPE
        )


def own_speech(pcm: Pcm, probabilities: Sequence[SpeechProbabilities]) -> list[SpeechProbabilities]:
    """How likely each frame holds speech of the channel's own side.

    Args:
        pcm: Shape (channels, samples); anything but two channels is left as it is.
        probabilities: That each frame of a channel holds speech at all.

    Returns:
        The same probabilities, but 0 where echo of the other side explains the signal.
    """
    if len(pcm) != 2:  # noqa: PLR2004  # echo is between two sides
        return list(probabilities)
    levels = [levels_db(channel) for channel in pcm]
    coupled = [list(_coupled(levels[own], levels[other])) for own, other in ((0, 1), (1, 0))]
    if not any(coupled):
        return list(probabilities)
    bands = [band_levels_db(channel) for channel in pcm]
    return [
        _gated(
            probabilities[own],
            coupled[own],
            (levels[own], levels[other]),
            (bands[own], bands[other]),
        )
        for own, other in ((0, 1), (1, 0))
    ]


def levels_db(channel: Pcm) -> Levels:
    """Level of each frame of a channel; the last one may be filled up with silence."""
    count = -(-len(channel) // FRAME_SAMPLES)
    power = np.zeros(count)
    step = _BLOCK * FRAME_SAMPLES  # bounds memory on recordings of hours
    for first in range(0, len(channel), step):
        samples = as_float(channel[first : first + step])
        filled = np.pad(samples, (0, -len(samples) % FRAME_SAMPLES)).reshape(-1, FRAME_SAMPLES)
        at = first // FRAME_SAMPLES
        power[at : at + len(filled)] = np.mean(np.square(filled), axis=1)
    return _decibels(power)


def _coupled(own: Levels, other: Levels) -> Iterator[tuple[slice, Coupling]]:
    """The stretches of a channel with echo, measured for every few minutes where enough is said."""
    whole = coupling(own, other)
    bounds = np.linspace(0, len(own), max(round(len(own) / _BLOCK), 1) + 1).astype(int)
    for first, last in pairwise(bounds.tolist()):
        found = coupling(own[first:last], other[first:last]) if len(bounds) > 2 else whole  # noqa: PLR2004
        if found.frame_count < _LEAST_FRAMES:
            found = whole
        if found.is_echo:
            yield slice(first, last), found


def coupling(own: Levels, other: Levels) -> Coupling:
    """Measure how a channel follows the other one where that one speaks alone.

    Returns:
        The lag and the distance from the other side's level that fit best.
    """
    tried = [
        _at_lag(own, other, lag, alone_db)
        for alone_db in _ALONE_DB
        for lag in range(_LONGEST_LAG + 1)
    ]
    return max(tried, key=attrgetter("correlation"))


def _at_lag(own: Levels, other: Levels, lag: int, alone_db: float) -> Coupling:
    source = _delayed(other, lag)
    loudest = loudest_near(other, _TAIL, 1)
    is_alone = (source > _SPEAKING_DB) & (own > _NOTHING_DB) & (own <= loudest - alone_db)
    heard, said = _quieter_part(own[is_alone], source[is_alone])
    if len(heard) < _LEAST_FRAMES or not heard.std() or not said.std():
        return Coupling(
            lag=lag, gain_db=-np.inf, correlation=0.0, slope=0.0, frame_count=len(heard)
        )
    slope = float(np.polyfit(said, heard, 1)[0])
    is_loud = said >= np.median(said)
    return Coupling(
        lag=lag,
        gain_db=float(np.median((heard - said)[is_loud])),
        correlation=float(np.corrcoef(said, heard)[0, 1]),
        slope=slope,
        frame_count=len(heard),
    )


def _quieter_part(own: Levels, source: Levels) -> tuple[Levels, Levels]:
    """Of the frames in which the other side is as loud, those in which this one is quietest."""
    kept: list[NDArray[np.intp]] = [np.zeros(0, dtype=np.intp)]
    bins = np.floor(source / _BIN_DB)
    for level in np.unique(bins):
        inside = np.flatnonzero(bins == level)
        if len(inside) >= _BIN_FRAMES:
            count = int(len(inside) * _QUIETER_PART)
            kept.append(inside[np.argsort(own[inside], kind="stable")[:count]])
    chosen = np.concatenate(kept)
    return own[chosen], source[chosen]


def _gated(
    speech: SpeechProbabilities,
    coupled: Sequence[tuple[slice, Coupling]],
    levels: tuple[Levels, Levels],
    bands: tuple[Levels, Levels],
) -> SpeechProbabilities:
    """The probabilities of a channel, given its levels and those of the other one."""
    own, other = levels
    is_carried = own > _NOTHING_DB
    if not coupled or not is_carried.any():
        return speech
    floor = np.percentile(own[is_carried], _FLOOR_PERCENTILE)
    power = _decibels(np.convolve(10 ** (own / 10), np.ones(_SMOOTHED) / _SMOOTHED, mode="same"))
    is_own = np.ones(len(own), dtype=np.bool_)
    for stretch, found in coupled:
        source = _delayed(other, found.lag) + found.gain_db
        echo = loudest_near(source, _BACK, _AHEAD)[stretch]
        is_loud = power[stretch] >= np.maximum(echo + _OVER_ECHO_DB, floor + _OVER_FLOOR_DB)
        is_echo = is_carried & (own <= source + _OVER_ECHO_DB)
        is_echo &= source > _SPEAKING_DB + found.gain_db
        late = np.roll(bands[1], found.lag, axis=1)[:, stretch]
        is_own[stretch] = is_loud | over_echo(bands[0][:, stretch], late, is_echo[stretch])
    return np.where(is_own, speech, np.float32(0.0))


def _decibels(power: NDArray[np.float64]) -> Levels:
    return 10 * np.log10(np.maximum(power, 10 ** (_LOWEST_DB / 10)))


def _delayed(levels: Levels, lag: int) -> Levels:
    return np.concatenate([np.full(lag, _LOWEST_DB), levels])[: len(levels)]
