"""Unusual recordings of telephone systems are decoded."""

from __future__ import annotations

import struct
from typing import TYPE_CHECKING

import av
import numpy as np
import pytest

from models.audio.decoding import SAMPLE_RATE_HZ, decode, probe
from tests.models.conftest import write_screen_recording

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

RATE_HZ = 8000


def tone(frequency_hz: float, duration_s: float, level: float = 0.5) -> NDArray[np.float64]:
    """A sine of that share of full scale."""
    at = np.arange(int(duration_s * RATE_HZ)) / RATE_HZ
    return np.asarray(level * np.sin(2 * np.pi * frequency_hz * at), dtype=np.float64)


def loudest_hz(channel: NDArray[np.int16]) -> float:
    """Frequency that is strongest in a channel."""
    spectrum = np.abs(np.fft.rfft(channel.astype(np.float64)))
    return float(np.argmax(spectrum) * SAMPLE_RATE_HZ / len(channel))


def mp3(path: Path, options: dict[str, str]) -> Path:
    """Two seconds of a tone, two of noise, and two of the tone."""
    noise = np.random.default_rng(5).uniform(-0.4, 0.4, 2 * RATE_HZ)
    samples = np.concatenate([tone(450, 2), noise, tone(450, 2)]) * 32767
    frame = av.AudioFrame.from_ndarray(samples.astype(np.int16).reshape(1, -1), "s16", "mono")
    frame.sample_rate = RATE_HZ
    with av.open(str(path), "w") as container:
        stream = container.add_stream("libmp3lame", rate=RATE_HZ, layout="mono", options=options)
        assert isinstance(stream, av.AudioStream)
        for part in (frame, None):
            container.mux(stream.encode(part))
    return path


@pytest.mark.parametrize("size", [0, 0xFFFFFFFF])
@pytest.mark.parametrize("everywhere", [False, True], ids=["data", "data and file"])
def test_wav_that_was_never_closed(
    write_wav: Callable[..., Path], size: int, *, everywhere: bool
) -> None:
    """A recorder that writes while it records does not know the length yet."""
    path = write_wav(tone(450, 2))
    content = bytearray(path.read_bytes())
    struct.pack_into("<I", content, 40, size)
    if everywhere:
        struct.pack_into("<I", content, 4, size)
    path.write_bytes(content)
    assert probe(path).duration_s == pytest.approx(2, abs=0.01)
    assert loudest_hz(decode(path)[0]) == pytest.approx(450, abs=2)


@pytest.mark.parametrize(
    ("duration_s", "level"),
    [(0.2, 0.5), (2.0, 0.00112), (2.0, 3.0)],
    ids=["0.2 s", "faint", "loud"],
)
def test_short_faint_and_clipped(
    write_wav: Callable[..., Path], duration_s: float, level: float
) -> None:
    """A fifth of a second, -59 dBFS, and three times what fits."""
    path = write_wav(np.clip(tone(450, duration_s, level), -1, 1))
    assert probe(path).duration_s == pytest.approx(duration_s, abs=0.001)
    (channel,) = decode(path)
    assert len(channel) == pytest.approx(duration_s * SAMPLE_RATE_HZ, abs=2)
    assert loudest_hz(channel) == pytest.approx(450, abs=5)


def test_a_channel_that_starts_late_keeps_its_second(write_wav: Callable[..., Path]) -> None:
    """The agent is put through after four seconds."""
    late = np.concatenate([np.zeros(4 * RATE_HZ), tone(600, 2)])
    pcm = decode(write_wav(tone(300, 6), late))
    assert np.flatnonzero(np.abs(pcm[1]) > 1000)[0] / SAMPLE_RATE_HZ == pytest.approx(4, abs=0.01)


def test_minutes_of_silence_have_their_length(write_wav: Callable[..., Path]) -> None:
    """Twelve minutes without speech."""
    path = write_wav(np.zeros(720 * RATE_HZ), np.zeros(720 * RATE_HZ))
    assert probe(path).duration_s == 720
    assert not decode(path).any()


def test_mp3_with_a_cover(tmp_path: Path) -> None:
    """Tags and a picture before the sound are no sound, and no track."""
    picture = b"\x00image/png\x00\x03\x00" + b"\x89PNG\r\n\x1a\n" + bytes(40_000)
    frame = b"APIC" + struct.pack(">IH", len(picture), 0) + picture
    size = bytes((len(frame) >> shift) & 0x7F for shift in (21, 14, 7, 0))
    path = mp3(tmp_path / "call.mp3", {})
    path.write_bytes(b"ID3\x03\x00\x00" + size + frame + path.read_bytes())
    assert probe(path).duration_s == pytest.approx(6, abs=0.3)
    assert loudest_hz(decode(path)[0][:SAMPLE_RATE_HZ]) == pytest.approx(450, abs=2)


def test_mp3_of_variable_bit_rate(tmp_path: Path) -> None:
    """Frames of different sizes; each second stays where it is."""
    path = mp3(tmp_path / "call.mp3", {"flags": "+qscale", "global_quality": str(5 * 118)})
    with av.open(str(path)) as container:
        sizes = {packet.size for packet in container.demux(container.streams.audio[0])}
    assert len(sizes) > 3
    assert probe(path).duration_s == pytest.approx(6, abs=0.3)
    heard = decode(path)[0]
    assert loudest_hz(heard[: int(1.5 * SAMPLE_RATE_HZ)]) == pytest.approx(450, abs=2)
    assert loudest_hz(heard[int(4.5 * SAMPLE_RATE_HZ) : 6 * SAMPLE_RATE_HZ]) == pytest.approx(
        450, abs=2
    )


def test_a_screen_recording_of_a_browser(tmp_path: Path) -> None:
    """WebM with pictures and Opus: its sound alone is the recording."""
    path = tmp_path / "screen.webm"
    samples = 16_000 * np.sin(2 * np.pi * 450 * np.arange(96_000) / 48_000)
    frame = av.AudioFrame.from_ndarray(samples.astype(np.int16).reshape(1, -1), "s16", "mono")
    frame.sample_rate = 48_000
    write_screen_recording(path, frame, picture_count=20)
    assert probe(path).duration_s == pytest.approx(2, abs=0.1)
    assert loudest_hz(decode(path)[0]) == pytest.approx(450, abs=2)


@pytest.mark.parametrize("codec", ["pcm_alaw", "pcm_mulaw"])
def test_g711_in_a_wav_at_telephone_rate(write_encoded: Callable[..., Path], codec: str) -> None:
    """Both companding laws, one channel a side."""
    pcm = decode(write_encoded(codec, "call.wav", RATE_HZ))
    assert [loudest_hz(channel) for channel in pcm] == pytest.approx([300, 600], abs=2)
