"""Every channel of every track of a file, each as a recording of its own."""

from __future__ import annotations

import wave
from typing import TYPE_CHECKING

import av
import numpy as np
from av.audio.resampler import AudioResampler

from models.audio.containers import MOST_CHANNELS
from models.audio.decoding import SAMPLE_RATE_HZ
from models.errors import AudioError

if TYPE_CHECKING:
    from pathlib import Path

    from av.audio.frame import AudioFrame


def channel_counts(path: Path) -> tuple[int, ...]:
    """Number of channels of each audio track.

    Raises:
        AudioError: The file cannot be opened, or has no track or one of too many channels.
    """
    try:
        with av.open(path, mode="r", metadata_errors="ignore") as container:
            counts = tuple(stream.channels for stream in container.streams.audio)
    except (av.FFmpegError, OSError):
        raise AudioError("the file cannot be opened as a recording") from None
    if not counts:
        raise AudioError("the file has no audio stream; check the recorder's export")
    if max(counts) > MOST_CHANNELS:
        raise AudioError(f"a track has more than {MOST_CHANNELS} channels; export two")
    return counts


def write_single_channel(path: Path, track: int, channel: int, out: Path) -> None:
    """Write one channel of one track as a mono WAV file of 16 kHz.

    Args:
        path: The file.
        track: Index of the audio track.
        channel: Index of the channel in that track.
        out: Where the WAV file goes.

    Raises:
        AudioError: The file cannot be decoded, or the WAV file cannot be written.
    """
    try:
        with (
            av.open(path, mode="r", metadata_errors="ignore") as container,
            wave.open(str(out), "wb") as written,
        ):
            written.setnchannels(1)
            written.setsampwidth(2)
            written.setframerate(SAMPLE_RATE_HZ)
            stream = container.streams.audio[track]
            resampler = AudioResampler("s16p", stream.layout, SAMPLE_RATE_HZ)
            for frame in container.decode(stream):
                frame.pts = None  # as in `decoding`: the clock is the samples
                written.writeframes(_samples(resampler.resample(frame), channel))
            written.writeframes(_samples(resampler.resample(None), channel))
    except (av.FFmpegError, OSError, ValueError) as error:
        raise AudioError(f"a track cannot be decoded ({type(error).__name__})") from None


def _samples(frames: list[AudioFrame], channel: int) -> bytes:
    return b"".join(frame.to_ndarray()[channel].astype(np.int16).tobytes() for frame in frames)
