"""Digits that a caller keys in: detection of a telephone keypad's tones (DTMF).

The tones disclose the number to anybody with a decoder, so they are detected on every channel, and
the digits themselves are discarded at once. A digit is two tones that sound together, one of four
low and one of four high ones (ITU-T Q.23). ITU-T Q.24 defines what a receiver must accept: tones of
40 ms, 1.5 % off their frequency, at unequal levels (twist); and what it must reject: speech, which
its harmonics reveal.

The Goertzel algorithm evaluates one bin of a Fourier transform. Here eight of them are evaluated
for all frames at once, as one product of matrices. From one frame to the next the phase advances
by the tone's true frequency, which measures its deviation from the nominal one much more
exactly than the level does.
"""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, NamedTuple

import numpy as np

from models.audio.decoding import as_float
from models.transcript import KeyedDigits

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from numpy.typing import NDArray

    from models.audio.decoding import Pcm

LOW_HZ = (697.0, 770.0, 852.0, 941.0)
HIGH_HZ = (1209.0, 1336.0, 1477.0, 1633.0)
LONGEST_PAUSE_S = 2.0
"""Between digits that are keyed one after the other; all of it is one stretch."""

_RATE_HZ = 8000
_FRAME, _HOP = 160, 40  # 20 and 5 ms: a tone of 40 ms fills at least five frames
_LEAST_FRAMES = 5
_CHUNK_FRAMES = 12_000  # a minute, so that hours take no more memory

_LEAST_LEVEL = 0.008  # of full scale for each tone: -39 dBm0, where -25 must be found
_LEAST_TONAL = 0.88  # of the frame's power in the two tones; at 15 dB over noise it is 0.97
_LEAST_RESPONSE = 0.57  # of a bin to a tone that is 0.9 bins off, as far as levels are corrected
_MOST_TWIST = 10 ** (10.0 / 20)  # 10 dB either way; Q.24 asks for 4 and 8, and lines add some
# Of the high tone's second harmonic. The low one's lies among the high tones; what it adds to
# them shows as power that is in neither tone.
_MOST_HARMONIC_DB = -10.0
_MOST_OFF_RATIO = 0.035  # of the nominal frequency, in one frame
_MOST_MEAN_OFF_RATIO = 0.019  # in all of a digit; 1.5 % must be accepted
# Within a digit, of the level and of each frequency: a keypad's tones are steady, a voice is not.
_MOST_SWAY_DB = 6.0
_MOST_DRIFT_RATIO = 0.006

_WINDOW = np.hanning(_FRAME + 1)[:-1].astype(np.float32)
_NOMINAL_HZ = np.array(LOW_HZ + HIGH_HZ)


def _bins(frequencies_hz: NDArray[np.float64]) -> NDArray[np.complex64]:
    """Windowed Goertzel kernels, shape (samples of a frame, frequencies)."""
    at = np.arange(_FRAME)[:, None] / _RATE_HZ
    kernels = _WINDOW[:, None] * np.exp(-2j * np.pi * at * frequencies_hz)
    return np.asarray(kernels, dtype=np.complex64)


_TONES, _HARMONICS = _bins(_NOMINAL_HZ), _bins(2 * np.array(HIGH_HZ))
_TONE_PARTS = _TONES.view(np.float32)  # real and imaginary parts in turn
_GAIN = float(_WINDOW.sum()) / 2  # |bin| of a sine of amplitude 1
_POWER = float((_WINDOW**2).sum()) / 2  # windowed power of it


class _Digit(NamedTuple):
    """One key: its row and column on the keypad serve only to know an echo of it."""

    start_s: float
    end_s: float
    key: tuple[int, int]
    level: float


class _Frames(NamedTuple):
    """What the frames of a channel hold: each of shape (frames, ), `off_ratio` (frames, 2)."""

    low: NDArray[np.intp]
    high: NDArray[np.intp]
    level: NDArray[np.float32]
    off_ratio: NDArray[np.float32]
    is_digit: NDArray[np.bool_]


def keyed_digits(pcm: Pcm) -> tuple[KeyedDigits, ...]:
    """Find stretches of keyed digits, channel by channel, in order of time.

    Args:
        pcm: Shape (channels, samples), at 16 kHz. A channel that carries an echo of the digits of
            another one does not count for them.
    """
    found = [_digits(channel) for channel in pcm]
    return tuple(
        sorted(
            (
                stretch
                for number, digits in enumerate(found)
                for stretch in _stretches(number, _own(digits, _others(found, number)))
            ),
            key=lambda stretch: (stretch.start_s, stretch.channel),
        )
    )


def _others(found: Sequence[list[_Digit]], number: int) -> Iterator[tuple[bool, _Digit]]:
    """The digits of other channels, and whether such a channel comes first among equals."""
    for other, digits in enumerate(found):
        if other != number:
            yield from ((other < number, digit) for digit in digits)


def _own(digits: Iterable[_Digit], others: Iterable[tuple[bool, _Digit]]) -> list[_Digit]:
    louder = list(others)
    return [
        digit
        for digit in digits
        if not any(
            digit.key == other.key
            and digit.start_s < other.end_s
            and other.start_s < digit.end_s
            and (other.level > digit.level or (is_first and other.level == digit.level))
            for is_first, other in louder
        )
    ]


def _stretches(channel: int, digits: Sequence[_Digit]) -> Iterator[KeyedDigits]:
    pauses = [
        at
        for at, (before, after) in enumerate(pairwise(digits), start=1)
        if after.start_s - before.end_s > LONGEST_PAUSE_S
    ]
    for first, last in pairwise((0, *pauses, len(digits))):
        if group := digits[first:last]:
            yield KeyedDigits(channel, group[0].start_s, group[-1].end_s, len(group))


def _digits(channel: NDArray[np.int16]) -> list[_Digit]:
    samples = _narrow(channel)
    step = _CHUNK_FRAMES * _HOP
    digits: list[_Digit] = []
    for first in range(0, max(len(samples) - _FRAME, 0), step):
        # A second more, so that a digit at the seam is whole in one of the two.
        part = samples[first : first + step + _RATE_HZ]
        for start, end in _likely_parts(part):
            for digit in _digits_of(part[start:end], first + start):
                if not digits or digit.start_s >= digits[-1].end_s:
                    digits.append(digit)
    return digits


def _narrow(channel: NDArray[np.int16]) -> NDArray[np.float32]:
    """At 8 kHz; the mean of two samples keeps what lies above 4 kHz low enough."""
    pairs = as_float(channel[: len(channel) // 2 * 2])
    return (pairs[::2] + pairs[1::2]) * np.float32(0.5)


def _likely_parts(samples: NDArray[np.float32]) -> Iterator[tuple[int, int]]:
    """Parts outside which no frame passes as a digit, as first sample and the one after the last.

    A digit fills one of the frames that do not overlap. It is looked for among these, with the
    limits of `_frames` widened by the most that levels are corrected.
    """
    frames = samples[: len(samples) // _FRAME * _FRAME].reshape(-1, _FRAME)
    size = np.abs((frames @ _TONE_PARTS).view(np.complex64)) / _GAIN
    tones = np.stack([group.max(axis=1) for group in np.split(size, [len(LOW_HZ)], axis=1)])
    power = np.square(frames * _WINDOW).sum(axis=1) / _POWER
    is_likely = (
        (tones.min(axis=0) >= _LEAST_LEVEL * _LEAST_RESPONSE)
        & (tones.max(axis=0) * _LEAST_RESPONSE <= tones.min(axis=0) * _MOST_TWIST)
        & (np.square(tones).sum(axis=0) >= _LEAST_TONAL * _LEAST_RESPONSE**2 * power)
    )
    near = np.convolve(is_likely, np.ones(3), mode="same") > 0  # all of a digit, and what follows
    for first, last in np.flatnonzero(np.diff(near, prepend=False, append=False)).reshape(-1, 2):
        yield int(first) * _FRAME, (int(last) + 1) * _FRAME


def _digits_of(samples: NDArray[np.float32], offset: int) -> Iterator[_Digit]:
    if len(samples) < _FRAME + _HOP:
        return
    frames = _frames(samples)
    key = np.where(frames.is_digit, frames.low * len(HIGH_HZ) + frames.high, -1)
    edges = np.flatnonzero(np.diff(key, prepend=-1, append=-1))
    for first, last in pairwise(edges):
        level, off_ratio = frames.level[first:last], frames.off_ratio[first:last]
        if key[first] < 0 or last - first < _LEAST_FRAMES:
            continue
        if level.max() > level.min() * 10 ** (_MOST_SWAY_DB / 20):
            continue
        if np.abs(off_ratio.mean(axis=0)).max() > _MOST_MEAN_OFF_RATIO:
            continue
        if off_ratio.std(axis=0).max() > _MOST_DRIFT_RATIO:
            continue
        yield _Digit(
            start_s=float(offset + first * _HOP) / _RATE_HZ,
            end_s=float(offset + (last - 1) * _HOP + _FRAME) / _RATE_HZ,
            key=(int(frames.low[first]), int(frames.high[first])),
            level=float(level.mean()),
        )


def _frames(samples: NDArray[np.float32]) -> _Frames:
    framed = np.lib.stride_tricks.sliding_window_view(samples, _FRAME)[::_HOP]
    spectrum = framed @ _TONES
    split = len(LOW_HZ)
    size = np.abs(spectrum)
    low, high = size[:, :split].argmax(axis=1), size[:, split:].argmax(axis=1)
    rows = np.arange(len(size))
    pair = np.stack((low, high + split), axis=1)
    amplitude, off_ratio = _measured(spectrum, pair)
    tones = amplitude**2
    power = (framed * _WINDOW) ** 2 @ np.ones(_FRAME, np.float32)
    tonal = tones.sum(axis=1) * _POWER / np.maximum(power, np.float32(1e-12))
    likely = (
        (amplitude.min(axis=1) >= _LEAST_LEVEL)
        & (amplitude.max(axis=1) <= _MOST_TWIST * amplitude.min(axis=1))
        & (tonal >= _LEAST_TONAL)
        & (np.abs(off_ratio) <= _MOST_OFF_RATIO).all(axis=1)
    )
    is_digit = np.zeros(len(likely), dtype=np.bool_)
    candidates = rows[likely]
    harmonics = np.abs(framed[candidates] @ _HARMONICS) / _GAIN
    second = harmonics[np.arange(len(candidates)), high[candidates]]
    is_digit[candidates] = second <= amplitude[candidates, 1] * 10 ** (_MOST_HARMONIC_DB / 20)
    return _Frames(low, high, np.sqrt(tones.sum(axis=1)), off_ratio, is_digit)


def _measured(
    spectrum: NDArray[np.complex64], pair: NDArray[np.intp]
) -> tuple[NDArray[np.float32], NDArray[np.float32]]:
    """Amplitude of both tones of each frame, and the deviation of each from its nominal frequency.

    The level is corrected for the loss of a tone that is off the centre of its bin.
    """
    chosen = np.take_along_axis(spectrum, pair, axis=1)
    following = np.take_along_axis(np.roll(spectrum, -1, axis=0), pair, axis=1)
    nominal_hz = _NOMINAL_HZ[pair]
    expected = np.exp(2j * np.pi * nominal_hz * _HOP / _RATE_HZ)
    off_hz = np.angle(following * np.conj(chosen * expected)) * _RATE_HZ / (2 * np.pi * _HOP)
    off_hz[-1] = off_hz[-2]  # nothing follows the last frame
    bins = np.clip(off_hz * _FRAME / _RATE_HZ, -0.9, 0.9)
    response = np.sinc(bins) / (1 - bins**2)  # of a Hann window
    amplitude = np.abs(chosen) / (_GAIN * response)
    return amplitude.astype(np.float32), (off_hz / nominal_hz).astype(np.float32)
