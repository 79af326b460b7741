"""Recordings of telephone systems: codecs, odd sample rates, wrong extensions, and video."""

from __future__ import annotations

import struct
from fractions import Fraction
from typing import TYPE_CHECKING

import av
import numpy as np
import pytest

from models.audio.decoding import SAMPLE_RATE_HZ, decode, probe
from models.errors import AudioError

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from models.audio.decoding import Pcm

_FRAMES = 100
_NOISE = np.random.default_rng(7)


def loudest_hz(channel: Pcm) -> float:
    """Frequency that is strongest in a channel."""
    spectrum = np.abs(np.fft.rfft(channel))
    return float(np.argmax(spectrum) * SAMPLE_RATE_HZ / len(channel))


def gsm_in_wav() -> bytes:
    """GSM 6.10 as Microsoft packs it: 65 bytes for 320 samples (any bits are some sound)."""
    blocks = _NOISE.bytes(65 * _FRAMES)
    layout = struct.pack("<HHIIHHHH", 0x31, 1, 8000, 1625, 65, 0, 2, 320)
    count = struct.pack("<4sII", b"fact", 4, 320 * _FRAMES)
    chunks = b"WAVEfmt " + struct.pack("<I", len(layout)) + layout + count
    chunks += struct.pack("<4sI", b"data", len(blocks)) + blocks
    return struct.pack("<4sI", b"RIFF", len(chunks)) + chunks


def amr_wide_band() -> bytes:
    """AMR-WB at 6.6 kbit/s: a byte that says so and 17 bytes for each 20 ms."""
    return b"#!AMR-WB\n" + b"".join(b"\x04" + _NOISE.bytes(17) for _ in range(_FRAMES))


@pytest.mark.parametrize(
    ("content", "rate_hz", "duration_s"),
    [(gsm_in_wav(), 8000, 4.0), (amr_wide_band(), 16000, 2.0)],
    ids=["gsm in wav", "amr wide band"],
)
@pytest.mark.parametrize("name", ["call.wav", "call.amr", "call.bin"])
def test_codecs_that_only_telephones_write(
    tmp_path: Path, content: bytes, rate_hz: int, duration_s: float, name: str
) -> None:
    """They decode in full, by their content, whatever the file is called."""
    path = tmp_path / name
    path.write_bytes(content)
    recording = probe(path)
    assert (recording.channel_count, recording.sample_rate_hz) == (1, rate_hz)
    assert recording.duration_s == pytest.approx(duration_s, abs=0.05)
    pcm = decode(path)
    assert pcm.shape[1] / SAMPLE_RATE_HZ == pytest.approx(duration_s, abs=0.05)
    assert pcm.any()


@pytest.mark.parametrize(
    ("codec", "name", "rate_hz"),
    [
        ("libopencore_amrnb", "a.amr", 8000),
        ("libopencore_amrnb", "a.3gp", 8000),
        ("pcm_alaw", "a.wav", 8000),
        ("pcm_mulaw", "a.au", 8000),
        ("adpcm_ima_wav", "a.wav", 8000),
        ("libspeex", "a.ogg", 16000),
        ("pcm_s16le", "a.wav", 6000),
        ("pcm_s16le", "a.wav", 7350),
        ("pcm_u8", "a.wav", 12345),
        ("pcm_s24le", "a.wav", 96000),
    ],
)
def test_one_side_in_many_codecs_and_rates(
    write_encoded: Callable[..., Path], codec: str, name: str, rate_hz: int
) -> None:
    """The tone that was encoded arrives with its pitch and length."""
    path = write_encoded(codec, name, rate_hz, channel_count=1)
    recording, pcm = probe(path), decode(path)
    assert (recording.channel_count, recording.sample_rate_hz) == (1, rate_hz)
    assert recording.duration_s == pytest.approx(2.0, abs=0.15)
    assert loudest_hz(pcm[0]) == pytest.approx(300, abs=5)


@pytest.mark.parametrize(
    ("codec", "name", "lie"),
    [
        ("libopus", "a.ogg", "a.wav"),
        ("mp3", "a.mp3", "a.flac"),
        ("flac", "a.flac", "a.mp3"),
        ("aac", "a.m4a", "a.opus"),
        ("pcm_alaw", "a.wav", "a.mp3"),
    ],
)
def test_names_may_lie(write_encoded: Callable[..., Path], codec: str, name: str, lie: str) -> None:
    """The content decides, not the extension."""
    path = write_encoded(codec, name, 48000)
    lying = path.rename(path.with_name(lie))
    assert [loudest_hz(channel) for channel in decode(lying)] == pytest.approx([300, 600], abs=5)


@pytest.mark.parametrize("kept", [0.9, 0.5, 0.1])
def test_a_truncated_mp3_loses_only_its_end(
    write_encoded: Callable[..., Path], kept: float
) -> None:
    """As much as arrived is decoded, cut in the middle of a frame or not."""
    path = write_encoded("mp3", "a.mp3", 16000)
    content = path.read_bytes()
    path.write_bytes(content[: int(len(content) * kept) + 1])
    pcm = decode(path)
    assert probe(path).duration_s == pytest.approx(2.0 * kept, abs=0.25)
    assert pcm.shape[1] / SAMPLE_RATE_HZ == pytest.approx(probe(path).duration_s, abs=0.05)


def write_video(path: Path, *, with_audio: bool) -> None:
    """A second of grey pictures, with or without a tone."""
    with av.open(str(path), "w") as container:
        video = container.add_stream("mpeg4", rate=10)
        assert isinstance(video, av.VideoStream)
        video.width, video.height, video.pix_fmt = 64, 64, "yuv420p"
        audio = container.add_stream("aac", rate=48000, layout="mono") if with_audio else None
        for number in range(10):
            picture = av.VideoFrame.from_ndarray(np.full((64, 64, 3), 128, np.uint8))
            picture.pts, picture.time_base = number, Fraction(1, 10)
            container.mux(video.encode(picture))
        container.mux(video.encode(None))
        if audio is not None:
            assert isinstance(audio, av.AudioStream)
            tone = 0.5 * np.sin(2 * np.pi * 300 * np.arange(48000) / 48000)
            samples = (tone * 32767).astype("<i2").reshape(1, -1)
            frame = av.AudioFrame.from_ndarray(samples, format="s16", layout="mono")
            frame.sample_rate = 48000
            for part in (frame, None):
                container.mux(audio.encode(part))


@pytest.mark.parametrize("name", ["call.mp4", "call.mkv", "call.avi"])
def test_a_video_is_its_sound(tmp_path: Path, name: str) -> None:
    """A recorded screen session is decoded like any call."""
    write_video(tmp_path / name, with_audio=True)
    pcm = decode(tmp_path / name)
    assert probe(tmp_path / name).duration_s == pytest.approx(1.0, abs=0.1)
    assert loudest_hz(pcm[0]) == pytest.approx(300, abs=5)


def test_a_silent_film_says_so(tmp_path: Path) -> None:
    """A video without sound is no recording of a call."""
    write_video(tmp_path / "film.mp4", with_audio=False)
    with pytest.raises(AudioError, match="no audio stream"):
        probe(tmp_path / "film.mp4")
