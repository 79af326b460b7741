"""Decoding of recordings: their properties, and their samples at the models' sample rate."""

from __future__ import annotations

import hashlib
from contextlib import contextmanager
from typing import TYPE_CHECKING, TypeAlias

import av
import numpy as np
from av.audio.resampler import AudioResampler

from models.call import Recording
from models.errors import AudioError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from av.audio.frame import AudioFrame
    from av.container import InputContainer
    from numpy.typing import NDArray

SAMPLE_RATE_HZ = 16_000  # what Whisper, Silero VAD and the speaker embeddings were trained on

Pcm: TypeAlias = "NDArray[np.int16]"
"""Samples, or (channels, samples). 16-bit, since hours of float audio would not fit in memory."""

_FLOAT_SCALE = np.float32(1 / 32768)
_LEAST_ROOM_S = 60
_MOST_ROOM_S = 6 * 3600  # a header may state any length
MOST_CHANNELS = 8  # beyond this, PyAV reads wrong memory and crashes the process


def probe(path: Path) -> Recording:
    """Decode a recording once and determine its properties.

    The duration is counted from decoded samples: headers of interrupted recordings are wrong.

    Raises:
        AudioError: Nothing can be decoded. The message does not name the file, since recorders
            often put telephone numbers into file names.
    """
    audio_sha256 = _sha256(path)
    sample_count = 0
    with _opened(path) as container:
        stream = container.streams.audio[0]
        for frame in _frames(container):
            sample_count += frame.samples
        sample_rate_hz, channel_count = stream.rate, stream.channels
    if not sample_count:
        raise AudioError("the file has an audio stream, but none of it decodes; export it again")
    return Recording(
        path=path,
        audio_sha256=audio_sha256,
        duration_s=sample_count / sample_rate_hz,
        channel_count=channel_count,
        sample_rate_hz=sample_rate_hz,
    )


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
    """Decode a recording block by block, each a second long and of shape (channels, samples).

    Raises:
        AudioError: If the file cannot be opened or nothing in it decodes.
    """
    decoded = False
    with _opened(path) as container:
        layout = container.streams.audio[0].layout
        # Without a frame size blocks are as short as packets, which costs a third more time.
        resampler = AudioResampler(format="s16p", layout=layout, rate=rate_hz, frame_size=rate_hz)
        for resampled in _resampled(container, resampler):
            decoded = True
            yield resampled.to_ndarray().astype(np.int16, copy=False)
    if not decoded:
        raise AudioError("the file has an audio stream, but none of it decodes; export it again")


def as_float(pcm: Pcm) -> NDArray[np.float32]:
    """Scale 16-bit samples to -1..1."""
    return pcm.astype(np.float32) * _FLOAT_SCALE


def _expected_samples(path: Path) -> int:
    """Samples that the header announces, so that hours of audio are not copied while decoding."""
    with _opened(path) as container:
        claimed_s = (container.duration or 0) / av.time_base + 1
    return int(min(max(claimed_s, _LEAST_ROOM_S), _MOST_ROOM_S) * SAMPLE_RATE_HZ)


def _grown(pcm: Pcm, room_samples: int) -> Pcm:
    """Copy channel by channel, so that no more than one more array exists at a time."""
    grown = np.empty((pcm.shape[0], room_samples), dtype=np.int16)
    grown[:, : pcm.shape[1]] = pcm
    return grown


def _sha256(path: Path) -> str:
    try:
        with path.open("rb") as file:
            digest = hashlib.file_digest(file, "sha256")
            if not file.tell():
                raise AudioError("the file is empty (0 bytes); copy it from the recorder again")
    except OSError as error:
        raise AudioError(
            f"the file cannot be read ({error.strerror}); check its permissions"
        ) from None
    return digest.hexdigest()


@contextmanager
def _opened(path: Path) -> Iterator[InputContainer]:
    """Open by content, independently of the file's suffix."""
    try:
        container = av.open(path, mode="r", metadata_errors="ignore")
    except (av.FFmpegError, OSError):
        raise AudioError(
            "not a recording in a known format; "
            "expected WAV, MP3, Opus, FLAC, M4A or AMR, not encrypted"
        ) from None
    with container:
        if not container.streams.audio:
            raise AudioError("the file has no audio stream; check the recorder's export")
        if container.streams.audio[0].channels > MOST_CHANNELS:
            raise AudioError(f"the file has more than {MOST_CHANNELS} channels; export at most two")
        yield container


def _frames(container: InputContainer) -> Iterator[AudioFrame]:
    """Decode packet by packet, so that a damaged packet costs only itself."""
    stream = container.streams.audio[0]
    packets = container.demux(stream)
    while True:
        try:
            packet = next(packets)
        except (StopIteration, av.FFmpegError):
            return
        try:
            yield from stream.decode(packet)
        except av.FFmpegError:
            continue


def _resampled(container: InputContainer, resampler: AudioResampler) -> Iterator[AudioFrame]:
    for frame in _frames(container):
        frame.pts = None  # gaps and jumps in time stamps would stop the resampler
        yield from resampler.resample(frame)
    yield from resampler.resample(None)
