"""Decoding of recordings: their properties, and their samples at the models' sample rate."""

from __future__ import annotations

import hashlib
from typing import TYPE_CHECKING, TypeAlias

import av
import numpy as np

from models.audio.containers import opened, parts_of
from models.audio.headers.completeness import is_unfinished, stated_length_s
from models.audio.tracks import channel_count_of, part_blocks, side_by_side, track_lengths
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
    except (AudioError, MemoryError):
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


def decode(path: Path, other_side: Path | None = None) -> Pcm:
    """Decode a recording to 16 kHz; a damaged or truncated one yields what can be decoded.

    Args:
        path: The file.
        other_side: A second file, if the two are the mono sides of one call.

    Returns:
        Shape (channels, samples), in one array that was filled while decoding: four hours in
        stereo take 0.9 GB.

    Raises:
        AudioError: If the file cannot be opened or nothing in it decodes.
    """
    pcm: Pcm = np.empty((0, 0), dtype=np.int16)
    filled = 0
    for block in blocks(path, other_side=other_side):
        end = filled + block.shape[1]
        if not filled:
            pcm = np.empty((len(block), max(end, _expected_samples(path))), dtype=np.int16)
        if end > pcm.shape[1]:
            pcm = _grown(pcm, max(end, pcm.shape[1] * 5 // 4))
        pcm[:, filled:end] = block
        filled = end
    return pcm[:, :filled]


def blocks(
    path: Path, rate_hz: int = SAMPLE_RATE_HZ, other_side: Path | None = None
) -> Iterator[Pcm]:
    """Decode a recording block by block, most a second long and of shape (channels, samples).

    Times follow the time stamps: where they leave a gap, there is silence. Of two mono files, which
    begin together, the shorter one ends in silence.

    Raises:
        AudioError: If the file cannot be opened or nothing in it decodes.
    """
    if other_side is not None:
        yield from side_by_side([blocks(path, rate_hz), blocks(other_side, rate_hz)])
        return
    decoded = False
    parts = parts_of(path)
    channel_count = channel_count_of(parts)
    for part in parts:
        for block in part_blocks(part, rate_hz, channel_count):
            decoded = True
            yield block
    if not decoded:
        raise AudioError(_NOTHING_DECODES)


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
