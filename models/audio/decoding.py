"""Decoding of recordings: their properties, and their samples at the models' sample rate."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, TypeAlias

import av
import numpy as np

from models.audio.containers import opened, parts_of
from models.audio.headers.completeness import is_unfinished, stated_length_s
from models.audio.tracks import channel_count_of, part_blocks, track_lengths
from models.call import Recording
from models.errors import AudioError
from models.limits import DEFAULT_LIMITS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

    from numpy.typing import NDArray

    from models.limits import Limits

SAMPLE_RATE_HZ = 16_000  # what Whisper, Silero VAD and the speaker embeddings were trained on

Pcm: TypeAlias = "NDArray[np.int16]"
"""Samples, or (channels, samples). 16-bit, since hours of float audio would not fit in memory."""

_FLOAT_SCALE = np.float32(1 / 32768)
# An offset below -60 dB of full scale hides nothing. In the night's calls the mean is at most 1.6.
_OFFSET_SAMPLES = SAMPLE_RATE_HZ
_OFFSET_QUANTILE, _LEAST_OFFSET = 0.9, 33
# -58 dB of full scale: no hold music of the night has as much. It is looked for in stretches,
# at a rate at which its lowest overtones are found at little cost.
_LEAST_HUM = 40
_HUM_STRETCH, _HUM_STEP = 30 * SAMPLE_RATE_HZ, 16
_HUM_HOP = 4 * SAMPLE_RATE_HZ
_HUM_WINDOW = np.hanning(2 * _HUM_HOP + 1)[:-1]
_MAINS_HZ, _HIGHEST_HUM_HZ = (50, 60), 2000
_OFF_HZ, _OFF_RATIO = 0.75, 0.004  # from a multiple, the window's own width included
_NEIGHBOURS_HZ, _LINE_RATIO = 20, 6.0  # speech seldom has such lines
_LEAST_ROOM_S = 60
_MOST_ROOM_S = 6 * 3600  # a header may state any length
_ANY_ERROR = (Exception,)  # errors of decoders have no common base, and none may end a run
_PART_DOES_NOT_DECODE = (
    "of several recordings joined into one file, one does not decode; "
    "export each of them as a file of its own"
)
_NOTHING_DECODES = "the file has an audio stream, but none of it decodes; export it again"


def probe(path: Path, limits: Limits = DEFAULT_LIMITS) -> Recording:
    """Decode a recording once and determine its properties.

    The duration is counted from decoded samples: headers of interrupted recordings are wrong. Two
    mono tracks are two channels; of several sample rates it is the highest.

    Raises:
        AudioError: Nothing can be decoded, or the recording exceeds a limit. The message does not
            name the file, since recorders often put telephone numbers into file names.
    """
    audio_sha256 = _sha256(path, limits)
    try:
        parts = parts_of(path)
        channel_count = channel_count_of(parts)
        lengths = []
        for part in parts:
            lengths.append(track_lengths(part, limits))
            limits.check("max_call_s", sum(map(_longest_s, lengths)))
        heard_s = [*map(_longest_s, lengths)]
        stated_s = stated_length_s(parts, heard_s)
        unfinished = any(map(is_unfinished, parts))
    except AudioError:
        raise
    except _ANY_ERROR as error:
        raise AudioError(
            f"reading the file stopped with {type(error).__name__}; export it again"
        ) from None
    rate_hz = max(rate for tracks in lengths for _, rate in tracks)
    if not rate_hz or 0.0 in heard_s:
        raise AudioError(_PART_DOES_NOT_DECODE if rate_hz else _NOTHING_DECODES)
    return Recording(
        path=path,
        audio_sha256=audio_sha256,
        duration_s=sum(heard_s),
        channel_count=channel_count,
        sample_rate_hz=rate_hz,
        stated_s=stated_s,
        is_unfinished=unfinished,
    )


def _longest_s(tracks: Iterable[tuple[float, int]]) -> float:
    return max((length_s for length_s, _ in tracks), default=0.0)


def decode(path: Path) -> Pcm:
    """Decode a recording to 16 kHz; a damaged or truncated one yields what can be decoded.

    Returns:
        Shape (channels, samples), in one array that was filled while decoding: four hours in
        stereo take 0.9 GB.

    Raises:
        AudioError: If the file cannot be opened or nothing in it decodes.
    """
    pcm: Pcm = np.empty((0, 0), dtype=np.int16)
    filled = 0
    for block in blocks(path):
        end = filled + block.shape[1]
        if not filled:
            pcm = np.empty((len(block), max(end, _expected_samples(path))), dtype=np.int16)
        if end > pcm.shape[1]:
            pcm = _grown(pcm, max(end, pcm.shape[1] * 5 // 4))
        pcm[:, filled:end] = block
        filled = end
    return pcm[:, :filled]


def blocks(path: Path, rate_hz: int = SAMPLE_RATE_HZ) -> Iterator[Pcm]:
    """Decode a recording block by block, most a second long and of shape (channels, samples).

    Times follow the time stamps: where they leave a gap, there is silence.

    Raises:
        AudioError: If the file cannot be opened or nothing in it decodes.
    """
    decoded = False
    parts = parts_of(path)
    channel_count = channel_count_of(parts)
    for part in parts:
        for block in part_blocks(part, rate_hz, channel_count):
            decoded = True
            yield block
    if not decoded:
        raise AudioError(_NOTHING_DECODES)


def decode_clean(path: Path) -> Pcm:
    """Decode a recording as `decode` does, without the offset and hum that lines add to speech."""
    return without_hum(without_offset(decode(path)))


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
    """Remove mains hum and its overtones, which hide quiet speech from voice activity detection.

    Args:
        pcm: Shape (channels, samples). A channel without hum is left as it is; of one with it, the
            samples are changed in place.
    """
    for channel in pcm:
        low = channel[: len(channel) // _HUM_STEP * _HUM_STEP]
        low = low.reshape(-1, _HUM_STEP).mean(axis=1)
        size = _HUM_STRETCH // _HUM_STEP
        stretches = [low[first : first + size] for first in range(0, len(low), size)]
        if max((_hum(part, _HUM_STEP).std() for part in stretches), default=0) >= _LEAST_HUM:
            _remove_hum(channel)
    return pcm


def _remove_hum(channel: Pcm) -> None:
    """Subtract it window by window, since it may begin and end with a leg of the call."""
    late = np.zeros(_HUM_HOP)
    for first in range(-_HUM_HOP, len(channel), _HUM_HOP):
        part = channel[max(first, 0) : first + 2 * _HUM_HOP]
        before = max(-first, 0)
        padded = np.pad(part, (before, 2 * _HUM_HOP - before - len(part)))
        hum = _hum(_HUM_WINDOW * padded)
        if not before:
            done = part[:_HUM_HOP]
            cleaned = np.round(done - (late + hum[:_HUM_HOP])[: len(done)])
            done[:] = np.clip(cleaned, -32768, 32767)
        late = hum[_HUM_HOP:]


def _hum(samples: NDArray[np.float64], step: int = 1) -> NDArray[np.float64]:
    """What stands out at multiples of a mains frequency, of every so many samples."""
    rate_hz = SAMPLE_RATE_HZ / step
    spectrum = np.fft.rfft(samples)
    hz = np.arange(len(spectrum)) * rate_hz / len(samples)
    level = np.abs(spectrum)
    width = max(int(_NEIGHBOURS_HZ * len(samples) / rate_hz), 1)
    usual = [np.median(level[first : first + width]) for first in range(0, len(level), width)]
    limit = _LINE_RATIO * np.repeat(usual, width)[: len(level)]
    off_hz = np.min([np.abs(hz - np.maximum(np.round(hz / f), 1) * f) for f in _MAINS_HZ], axis=0)
    is_hum = (off_hz <= np.maximum(_OFF_HZ, _OFF_RATIO * hz)) & (hz <= _HIGHEST_HUM_HZ)
    excess = 1 - limit / np.maximum(level, 1e-9)
    return np.fft.irfft(spectrum * np.where(is_hum, np.maximum(excess, 0), 0), len(samples))


def as_float(pcm: Pcm) -> NDArray[np.float32]:
    """Scale 16-bit samples to -1..1."""
    return pcm.astype(np.float32) * _FLOAT_SCALE


def _expected_samples(path: Path) -> int:
    """Samples that the headers announce, so that hours of audio are not copied while decoding."""
    claimed_s = 1.0
    for part in parts_of(path):
        with opened(part) as container:
            claimed_s += (container.duration or 0) / av.time_base
    return int(min(max(claimed_s, _LEAST_ROOM_S), _MOST_ROOM_S) * SAMPLE_RATE_HZ)


def _grown(pcm: Pcm, room_samples: int) -> Pcm:
    """Copy channel by channel, so that no more than one more array exists at a time."""
    grown = np.empty((pcm.shape[0], room_samples), dtype=np.int16)
    grown[:, : pcm.shape[1]] = pcm
    return grown


def _sha256(path: Path, limits: Limits) -> str:
    try:
        limits.check("max_recording_mb", path.stat().st_size)
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256")
            if not file.tell():
                raise AudioError("the file is empty (0 bytes); copy it from the recorder again")
    except OSError as error:
        raise AudioError(
            f"the file cannot be read ({error.strerror}); check its permissions"
        ) from None
    return digest.hexdigest()
