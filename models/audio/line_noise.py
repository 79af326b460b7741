"""Constant offsets, hum and buzz, which hide speech from voice activity detection."""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np

from models.audio.decoding import SAMPLE_RATE_HZ, decode

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from models.audio.decoding import Pcm
    from models.call import Recording

# An offset below -60 dB of full scale hides nothing. In the night's calls the mean is at most 1.6.
_OFFSET_SAMPLES = SAMPLE_RATE_HZ
_OFFSET_QUANTILE, _LEAST_OFFSET = 0.9, 33
# -58 dB of full scale: no hold music of the night has as much. It is looked for in stretches,
# at a rate at which its lowest overtones are found at little cost.
_LEAST_HUM = 40
_HUM_STRETCH, _MAINS_STEP, _BUZZ_STEP = 30 * SAMPLE_RATE_HZ, 16, 4
_HUM_HOP = 4 * SAMPLE_RATE_HZ
_HUM_BLOCK = SAMPLE_RATE_HZ // 4
_HUM_WINDOW = np.hanning(2 * _HUM_HOP + 1)[:-1]
_MAINS_HZ, _HIGHEST_MAINS_HZ = (50, 60), 2000
_OFF_HZ, _OFF_RATIO = 0.75, 0.004  # from a multiple, the window's own width included
_BUZZ_HZ, _BUZZ_OFF_RATIO = (40, 450), 0.0006  # whose frequency is measured, not known
_MOST_PART = 11
_LEAST_LINES, _LEAST_SHARE = 4, 0.8  # tones of a network have one or two lines, music has many
_NEIGHBOURS_HZ, _LINE_RATIO = 20, 6.0  # speech seldom has such lines


def decode_clean(recording: Recording) -> Pcm:
    """Decode a recording as `decode` does, without the offset and hum that lines add to speech."""
    return without_hum(without_offset(decode(recording.path, recording.other_side)))


def without_offset(pcm: Pcm) -> Pcm:
    """Remove a constant offset, which hides quiet speech from voice activity detection.

    Args:
        pcm: Shape (channels, samples). A channel without an offset is left as it is; of one with
            it, the samples are changed in place.
    """
    for channel in pcm:
        whole = channel[: len(channel) // _OFFSET_SAMPLES * _OFFSET_SAMPLES]
        means = whole.reshape(-1, _OFFSET_SAMPLES).mean(axis=1)
        if not len(means) or np.quantile(np.abs(means), _OFFSET_QUANTILE) < _LEAST_OFFSET:
            continue
        # Block by block: an offset begins and ends with a leg of the call.
        for block, mean in zip(
            np.split(channel, np.arange(1, len(means)) * _OFFSET_SAMPLES), means, strict=True
        ):
            block[:] = np.clip(block - np.round(mean), -32768, 32767)
    return pcm


def without_hum(pcm: Pcm) -> Pcm:
    """Remove mains hum and other buzz with its overtones, which hide speech from detection.

    Args:
        pcm: Shape (channels, samples). A channel without hum is left as it is; of one with it, the
            samples are changed in place.
    """
    for channel in pcm:
        if _hums(channel, _MAINS_STEP, _MAINS_HZ):
            _remove_hum(channel, _MAINS_HZ)
        elif _hums(channel, _BUZZ_STEP, ()):
            _remove_hum(channel, ())
    return pcm


def _hums(channel: Pcm, step: int, mains_hz: Sequence[float]) -> bool:
    """Whether a stretch of a channel has hum, as its average of every so many samples shows."""
    low = channel[: len(channel) // step * step].reshape(-1, step).mean(axis=1)
    size = _HUM_STRETCH // step
    parts = (low[first : first + size] for first in range(0, len(low), size))
    return any(_hum(part, step, mains_hz).std() >= _LEAST_HUM for part in parts)


def _remove_hum(channel: Pcm, mains_hz: Sequence[float]) -> None:
    """Subtract it window by window, since it may begin and end with a leg of the call."""
    late = np.zeros(_HUM_HOP)
    for first in range(-_HUM_HOP, len(channel), _HUM_HOP):
        part = channel[max(first, 0) : first + 2 * _HUM_HOP]
        before = max(-first, 0)
        padded = np.pad(part, (before, 2 * _HUM_HOP - before - len(part)))
        hum = _hum(_HUM_WINDOW * padded, 1, mains_hz)
        if not before:
            done = part[:_HUM_HOP]
            steady = (late + hum[:_HUM_HOP])[: len(done)]
            cleaned = np.round(done - _where_it_is(steady, done) * steady)
            done[:] = np.clip(cleaned, -32768, 32767)
        late = hum[_HUM_HOP:]


def _where_it_is(hum: NDArray[np.float64], samples: Pcm) -> NDArray[np.float64]:
    """1 where samples have the hum, 0 where removing it adds to them: it may begin or end."""
    firsts = np.arange(0, len(samples), _HUM_BLOCK)
    before = np.add.reduceat(samples.astype(np.float64) ** 2, firsts)
    after = np.add.reduceat((samples - hum) ** 2, firsts)
    return np.interp(np.arange(len(samples)), firsts + _HUM_BLOCK / 2, after < before)


def _hum(samples: NDArray[np.float64], step: int, mains_hz: Sequence[float]) -> NDArray[np.float64]:
    """What stands out at multiples of a mains frequency, or of the frequency of a buzz."""
    rate_hz = SAMPLE_RATE_HZ / step
    spectrum = np.fft.rfft(samples)
    hz = np.arange(len(spectrum)) * rate_hz / len(samples)
    level = np.abs(spectrum)
    width = max(int(_NEIGHBOURS_HZ * len(samples) / rate_hz), 1)
    usual = [np.median(level[first : first + width]) for first in range(0, len(level), width)]
    limit = _LINE_RATIO * np.repeat(usual, width)[: len(level)]
    excess = np.maximum(level - limit, 0)
    is_hum = np.zeros(len(hz), np.bool_)
    for base_hz in mains_hz:
        is_near = _off_hz(hz, base_hz) <= np.maximum(_OFF_HZ, _OFF_RATIO * hz)
        is_hum |= is_near & (hz <= _HIGHEST_MAINS_HZ)
    if (buzz_hz := _buzz_hz(excess, hz)) is not None:
        is_hum |= _off_hz(hz, buzz_hz) <= np.maximum(_OFF_HZ, _BUZZ_OFF_RATIO * hz)
    share = excess / np.maximum(level, 1e-9)
    return np.fft.irfft(spectrum * np.where(is_hum, share, 0), len(samples))


def _off_hz(hz: NDArray[np.float64], base_hz: float) -> NDArray[np.float64]:
    """How far each frequency is from the nearest multiple of another."""
    return np.abs(hz - np.maximum(np.round(hz / base_hz), 1) * base_hz)


def _buzz_hz(excess: NDArray[np.float64], hz: NDArray[np.float64]) -> float | None:
    """The frequency of whose multiples nearly all steady lines are; None if there is none."""
    power = excess**2
    total, at = power.sum(), int(np.argmax(power))
    if not total or not 0 < at < len(hz) - 1:
        return None
    near = slice(at - 1, at + 2)
    loudest_hz = float((hz[near] * power[near]).sum() / power[near].sum())
    for part in range(1, _MOST_PART):
        base_hz = loudest_hz / part
        if not _BUZZ_HZ[0] <= base_hz <= _BUZZ_HZ[1]:
            continue
        is_line = _off_hz(hz, base_hz) <= np.maximum(_OFF_HZ, _BUZZ_OFF_RATIO * hz)
        lines = np.unique(np.round(hz[is_line & (excess > 0)] / base_hz))
        if len(lines) >= _LEAST_LINES and power[is_line].sum() >= _LEAST_SHARE * total:
            return base_hz
    return None
