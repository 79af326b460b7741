"""Excerpts of a recording hold what they should, and their times map back to it."""

from __future__ import annotations

import wave
from typing import TYPE_CHECKING

import numpy as np
import pytest

from models.audio.decoding import SAMPLE_RATE_HZ, decode
from models.audio.excerpts import PAUSE_S, Excerpts

if TYPE_CHECKING:
    from pathlib import Path


def _recording(path: Path, seconds: int) -> Path:
    """Two channels; in each second the left one is that second's number, times a hundred."""
    left = np.repeat(np.arange(seconds, dtype=np.int16) * 100, SAMPLE_RATE_HZ)
    with wave.open(str(path), "wb") as file:
        file.setnchannels(2)
        file.setsampwidth(2)
        file.setframerate(SAMPLE_RATE_HZ)
        file.writeframes(np.stack([left, np.zeros_like(left)], axis=1).tobytes())
    return path


def test_stretches_that_touch_are_one() -> None:
    """With their margins, and never beyond the recording."""
    excerpts = Excerpts.around([(20.0, 21.0), (2.0, 3.0), (9.0, 10.0)], 4.0, 23.0)
    assert excerpts.bounds_s == ((0.0, 14.0), (16.0, 23.0))
    assert excerpts.duration_s == 21.0
    assert excerpts.contain(13.9)
    assert not excerpts.contain(15.0)


def test_nothing_is_written_but_the_excerpts(tmp_path: Path) -> None:
    """One after the other on both channels, with a pause after each."""
    excerpts = Excerpts(((2.0, 4.0), (7.0, 8.0)))
    excerpts.write(_recording(tmp_path / "in.wav", 10), tmp_path / "out.wav")
    written = decode(tmp_path / "out.wav")
    seconds = written[0].reshape(-1, SAMPLE_RATE_HZ)
    assert [int(np.median(second)) for second in seconds] == [200, 300, 0, 700, 0]
    assert not written[1].any()


@pytest.mark.parametrize(
    ("written_s", "original_s"),
    [(0.0, 2.0), (1.5, 3.5), (2.0 + PAUSE_S / 2, 4.0), (2.0 + PAUSE_S + 0.25, 7.25), (9.0, 8.0)],
)
def test_times_lead_back(written_s: float, original_s: float) -> None:
    """A time in a pause is the end of the excerpt before it."""
    assert Excerpts(((2.0, 4.0), (7.0, 8.0))).original_s(written_s) == pytest.approx(original_s)
