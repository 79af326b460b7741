"""Recordings open, in every format that contact centres keep, or say why they do not."""

from __future__ import annotations

import hashlib
import tracemalloc
from pathlib import Path
from typing import TYPE_CHECKING

import numpy as np
import pytest

from models.audio.decoding import SAMPLE_RATE_HZ, decode, probe
from models.audio.line_noise import without_hum, without_offset
from models.audio.voice_activity import VoiceActivity, speech_spans
from models.errors import AudioError

if TYPE_CHECKING:
    from collections.abc import Callable

    from models.audio.decoding import Pcm

NIGHT = "tests/night/calls"


def sine(frequency_hz: float, duration_s: float, rate_hz: int = 8000) -> np.ndarray:
    """A sine at half of full scale."""
    return 0.5 * np.sin(2 * np.pi * frequency_hz * np.arange(int(duration_s * rate_hz)) / rate_hz)


def loudest_hz(channel: Pcm) -> float:
    """Frequency that is strongest in a channel."""
    spectrum = np.abs(np.fft.rfft(channel))
    return float(np.argmax(spectrum) * SAMPLE_RATE_HZ / len(channel))


@pytest.mark.parametrize(
    ("codec", "name", "rate_hz"),
    [
        ("pcm_s16le", "a.wav", 8000),
        ("pcm_s16le", "odd.wav", 11025),
        ("pcm_alaw", "a.wav", 8000),
        ("pcm_mulaw", "a.wav", 8000),
        ("mp3", "a.mp3", 44100),
        ("libopus", "a.ogg", 48000),
        ("libopus", "a.webm", 48000),
        ("flac", "a.flac", 16000),
        ("aac", "a.m4a", 22050),
        ("aac", "video.mp4", 48000),
        ("mp3", "wrong-extension.wav.txt", 16000),
    ],
)
def test_each_channel_arrives_as_it_was_recorded(
    write_encoded: Callable[..., Path], codec: str, name: str, rate_hz: int
) -> None:
    """Whatever the codec and rate, left stays left, right stays right, and nothing is cut off."""
    if name.endswith(".txt"):
        source = write_encoded(codec, "a.mp3", rate_hz)
        path = source.rename(source.with_name(name))
    else:
        path = write_encoded(codec, name, rate_hz)
    recording, pcm = probe(path), decode(path)
    assert (recording.channel_count, recording.sample_rate_hz) == (2, rate_hz)
    assert recording.duration_s == pytest.approx(2.0, abs=0.15)
    assert pcm.shape[1] / SAMPLE_RATE_HZ == pytest.approx(recording.duration_s, abs=0.05)
    assert [loudest_hz(channel) for channel in pcm] == pytest.approx([300, 600], abs=5)


def test_the_hash_is_of_the_bytes(write_wav: Callable[..., Path]) -> None:
    """The same bytes have the same hash wherever they lie."""
    path = write_wav(sine(400, 1.0))
    assert probe(path).audio_sha256 == hashlib.sha256(path.read_bytes()).hexdigest()


@pytest.mark.parametrize("name", ["a.wav", "a.mp3", "a.flac", "a.ogg"])
def test_a_truncated_file_yields_what_is_there(
    write_encoded: Callable[..., Path], name: str
) -> None:
    """Half a file is about half a recording, with a length counted from what decodes."""
    codec = {"wav": "pcm_s16le", "mp3": "mp3", "flac": "flac", "ogg": "libopus"}[name[2:]]
    path = write_encoded(codec, name, 48000)
    content = path.read_bytes()
    path.write_bytes(content[: len(content) // 2])
    recording, pcm = probe(path), decode(path)
    assert 0 < recording.duration_s < 1.6
    assert pcm.shape[1] / SAMPLE_RATE_HZ == pytest.approx(recording.duration_s, abs=0.05)


@pytest.mark.parametrize(
    "content",
    [b"", b"\0" * 4000, b"call,agent\n1,2\n" * 100, b"RIFF\xff\xff\0\0WAVEfmt "],
    ids=["empty", "zeros", "text", "header only"],
)
def test_what_is_no_recording_says_so(tmp_path: Path, content: bytes) -> None:
    """A person reads what is wrong and what to do, but no file name: it may hold a number."""
    path = tmp_path / "5550100.wav"
    path.write_bytes(content)
    with pytest.raises(AudioError) as caught:
        probe(path)
    assert "5550100" not in str(caught.value)
    assert len(str(caught.value)) > 20


def test_an_absent_file_is_an_audio_error(tmp_path: Path) -> None:
    """A file that vanished after intake is an `AudioError`, not a bare `OSError`."""
    with pytest.raises(AudioError):
        probe(tmp_path / "absent.wav")
    with pytest.raises(AudioError):
        decode(tmp_path / "absent.wav")


def test_decoding_takes_little_more_memory_than_the_samples(write_wav: Callable[..., Path]) -> None:
    """Hours of recording fit in memory: the 16-bit samples and a little more at any moment."""
    path = write_wav(np.zeros(8000 * 900), np.zeros(8000 * 900))
    tracemalloc.start()
    pcm = decode(path)
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 1.2 * pcm.nbytes


def speech_s(pcm: Pcm, duration_s: int) -> float:
    """Seconds of speech on one channel."""
    channel = pcm[0, : duration_s * SAMPLE_RATE_HZ]
    spans = speech_spans(VoiceActivity().speech_probabilities(channel), len(channel))
    return sum(span.end - span.start for span in spans) / SAMPLE_RATE_HZ


@pytest.mark.parametrize("offset", [0.1, -0.2])
@pytest.mark.parametrize("name", ["lt-0015.flac", "lt-0022.opus"])
def test_speech_on_a_quiet_line_with_an_offset_is_found(name: str, offset: float) -> None:
    """As much as without the offset, though the second half of the line is muted."""
    quiet = decode(Path(NIGHT) / name)[1:, : 40 * SAMPLE_RATE_HZ] // 20
    line = (quiet + round(offset * 32767)).astype(np.int16)
    line[:, 30 * SAMPLE_RATE_HZ :] = 0
    assert speech_s(quiet, 30) > 5
    assert speech_s(without_offset(line), 30) == pytest.approx(speech_s(quiet, 30), rel=0.05)
    assert not line[:, 30 * SAMPLE_RATE_HZ :].any()


@pytest.mark.parametrize(("mains_hz", "begins_s"), [(49.93, 0), (60.04, 0), (50.0, 12)])
@pytest.mark.parametrize("name", ["lt-0001.flac", "lt-0023.wav"])
def test_hum_is_removed(name: str, mains_hz: float, begins_s: int) -> None:
    """A twentieth of it is left at most; it is louder than the voice and may begin with a leg."""
    quiet = decode(Path(NIGHT) / name)[1:, : 34 * SAMPLE_RATE_HZ] // 10
    at_s = np.arange(quiet.shape[1]) / SAMPLE_RATE_HZ
    overtones = [np.sin(2 * np.pi * mains_hz * k * at_s) / k for k in (1, 2, 3, 5, 7)]
    hum = 1500 * np.sum(overtones, axis=0)
    line = (quiet + np.where(at_s >= begins_s, hum, 0)).astype(np.int16)
    cleaned = without_hum(line.copy())
    left = (cleaned - quiet)[:, (begins_s + 4) * SAMPLE_RATE_HZ : -SAMPLE_RATE_HZ]
    assert left.std() < 0.05 * hum.std()


def test_a_line_without_offset_and_hum_is_left_alone() -> None:
    """Not one sample of an ordinary call changes, nor of an empty one."""
    for name in ("lt-0010.wav", "lt-0021.mp3"):
        pcm = decode(Path(NIGHT) / name)
        assert (without_hum(without_offset(pcm.copy())) == pcm).all()
    assert without_hum(without_offset(np.zeros((2, 0), np.int16))).shape == (2, 0)
