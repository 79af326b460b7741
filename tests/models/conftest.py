"""Audio that the tests of this package make themselves."""

from __future__ import annotations

import wave
from fractions import Fraction
from typing import TYPE_CHECKING, TypeAlias

import av
import numpy as np
import pytest

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

RATE_HZ = 8000

Samples: TypeAlias = "NDArray[np.float64]"


def tone(frequency_hz: float, duration_s: float, rate_hz: int = RATE_HZ) -> Samples:
    """A sine at half of full scale."""
    return 0.5 * np.sin(2 * np.pi * frequency_hz * np.arange(int(duration_s * rate_hz)) / rate_hz)


def write_screen_recording(path: Path, sound: av.AudioFrame, picture_count: int) -> None:
    """Write a WebM file of ten grey pictures a second, and of mono sound at 48 kHz."""
    with av.open(str(path), "w") as container:
        video = container.add_stream("libvpx", rate=10)
        assert isinstance(video, av.VideoStream)
        video.width, video.height, video.pix_fmt = 64, 64, "yuv420p"
        audio = container.add_stream("libopus", rate=48_000, layout="mono")
        assert isinstance(audio, av.AudioStream)
        for number in range(picture_count):
            picture = av.VideoFrame.from_ndarray(np.full((64, 64, 3), 128, np.uint8))
            picture.pts, picture.time_base = number, Fraction(1, 10)
            container.mux(video.encode(picture))
        container.mux(video.encode(None))
        for part in (sound, None):
            container.mux(audio.encode(part))


@pytest.fixture
def write_wav(tmp_path: Path) -> Callable[..., Path]:
    """A function that writes channels of samples (-1..1) as a WAV file."""

    def write(*channels: Samples, rate_hz: int = RATE_HZ, name: str = "call.wav") -> Path:
        path = tmp_path / name
        with wave.open(str(path), "wb") as file:
            file.setnchannels(len(channels))
            file.setsampwidth(2)
            file.setframerate(rate_hz)
            pcm = (np.stack(channels, axis=1) * 32767).astype("<i2")
            file.writeframes(pcm.tobytes())
        return path

    return write


@pytest.fixture
def write_encoded(tmp_path: Path) -> Callable[..., Path]:
    """A function that writes one tone per channel with any codec that PyAV can encode."""

    def write(codec: str, name: str, rate_hz: int = RATE_HZ, channel_count: int = 2) -> Path:
        path = tmp_path / name
        tones = [tone(300 * (number + 1), 2.0, rate_hz) for number in range(channel_count)]
        layout = "stereo" if channel_count == 2 else "mono"
        samples = (np.stack(tones, axis=1) * 32767).astype("<i2").reshape(1, -1)
        frame = av.AudioFrame.from_ndarray(samples, format="s16", layout=layout)
        frame.sample_rate = rate_hz
        with av.open(str(path), "w") as container:
            stream = container.add_stream(codec, rate=rate_hz, layout=layout)
            assert isinstance(stream, av.AudioStream)
            for part in (frame, None):
                container.mux(stream.encode(part))
        return path

    return write
