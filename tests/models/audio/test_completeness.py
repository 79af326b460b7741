"""A recording that was cut is told from a whole one by what its container states."""

from __future__ import annotations

import struct
from pathlib import Path
from typing import TYPE_CHECKING, cast

import av
import numpy as np
import pytest

from models.audio.decoding import probe

if TYPE_CHECKING:
    from av.audio.stream import AudioStream

NIGHT = Path(__file__).parents[2] / "night" / "calls"
KINDS = {
    "a.wav": ("pcm_s16le", None),
    "m.wav": ("pcm_mulaw", None),
    "a.w64": ("pcm_s16le", "w64"),
    "a.caf": ("pcm_s16le", "caf"),
    "a.aiff": ("pcm_s16be", None),
    "a.au": ("pcm_mulaw", None),
    "a.flac": ("flac", None),
    "a.webm": ("libopus", "webm"),
    "a.opus": ("libopus", "ogg"),
    "a.mp3": ("libmp3lame", None),
}


def _write(path: Path, codec: str, container: str | None) -> None:
    """Six seconds of noise."""
    rate_hz = 48_000 if codec.startswith("lib") else 8000
    noise = np.random.default_rng(1).normal(0, 1000, (1, 6 * rate_hz)).astype(np.int16)
    with av.open(str(path), "w", format=container) as file:
        stream = cast("AudioStream", file.add_stream(codec, rate=rate_hz, layout="mono"))
        frame = av.AudioFrame.from_ndarray(noise, format="s16", layout="mono")
        frame.sample_rate = rate_hz
        size = stream.codec_context.frame_size or 1024
        resampler = av.AudioResampler(stream.format.name, "mono", rate_hz, frame_size=size)
        for piece in [*resampler.resample(frame), *resampler.resample(None), None]:
            file.mux(stream.encode(piece))


@pytest.mark.parametrize("name", KINDS)
def test_a_cut_recording_is_told(tmp_path: Path, name: str) -> None:
    """Half a file is cut, and the whole one is not."""
    path = tmp_path / name
    _write(path, *KINDS[name])
    whole = probe(path)
    assert not whole.is_unfinished
    assert whole.stated_s is None or whole.stated_s == pytest.approx(whole.duration_s, abs=0.1)

    path.write_bytes(path.read_bytes()[: path.stat().st_size // 2])
    cut = probe(path)
    assert cut.is_unfinished or cut.stated_s == pytest.approx(6, abs=0.5)
    assert cut.duration_s < 4


@pytest.mark.parametrize("size", [0, 0x7FFFFFFF, 0x7FFFF000, 0x80000000, 0xFFFFFFFF])
def test_a_size_that_was_never_filled_in_states_nothing(tmp_path: Path, size: int) -> None:
    """Recorders that stream do not know the length when they write the header."""
    head = struct.pack(
        "<4sI4s4sIHHIIHH", b"RIFF", size, b"WAVE", b"fmt ", 16, 1, 1, 8000, 16000, 2, 16
    )
    path = tmp_path / "a.wav"
    path.write_bytes(head + struct.pack("<4sI", b"data", size) + bytes(32_000))
    recording = probe(path)
    assert recording.duration_s == pytest.approx(2)
    assert recording.stated_s is None or recording.stated_s == pytest.approx(2)


@pytest.mark.parametrize("name", ["lt-0001.flac", "lt-0002.opus", "lt-0003.mp3", "lt-0010.wav"])
def test_calls_of_the_night_are_whole(name: str) -> None:
    """None of them says that something is missing."""
    recording = probe(NIGHT / name)
    assert not recording.is_unfinished
    assert recording.stated_s is None or recording.stated_s <= recording.duration_s + 0.1
