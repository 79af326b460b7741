"""The redacted copy: silent where it must be, unchanged elsewhere, and written atomically."""

from __future__ import annotations

import math
import tracemalloc
from itertools import pairwise
from typing import TYPE_CHECKING

import av
import numpy as np
import pytest

from models.audio.decoding import SAMPLE_RATE_HZ, decode, probe
from models.audio.redacted_copy import write_redacted
from models.errors import AudioError
from models.transcript import NotListened

if TYPE_CHECKING:
    from collections.abc import Callable
    from pathlib import Path

    from numpy.typing import NDArray

CLICKS_S = (1.0, 2.5, 4.0, 5.5)
SILENT = 20  # of 32768; what loud sound leaves behind in a lossy codec
EDGE_S = 0.03  # a lossy codec smears a cut by a few milliseconds


def noise(duration_s: float, rate_hz: int = 8000) -> NDArray[np.float64]:
    """Loud noise, the same each time."""
    return np.random.default_rng(1).uniform(-0.5, 0.5, int(duration_s * rate_hz))


def clicks(rate_hz: int) -> NDArray[np.float64]:
    """Silence with short bursts at known times."""
    samples = np.zeros(7 * rate_hz)
    for at_s in CLICKS_S:
        first = int(at_s * rate_hz)
        samples[first : first + rate_hz // 100] = 0.8
    return samples


def click_times_s(path: Path) -> list[float]:
    """When each burst begins, on the clock of the transcripts."""
    loud = np.flatnonzero(np.abs(decode(path)[0].astype(np.int32)) > 4000) / SAMPLE_RATE_HZ
    return [float(loud[0]), *(float(b) for a, b in pairwise(loud) if b - a > 1)]


def level(path: Path, start_s: float, end_s: float) -> list[float]:
    """Root mean square of each channel between two seconds, the cut's edges left out."""
    part = decode(path)[
        :,
        int((start_s + EDGE_S) * SAMPLE_RATE_HZ) : int((end_s - EDGE_S) * SAMPLE_RATE_HZ),
    ]
    return [math.sqrt(float(np.mean(channel.astype(np.float64) ** 2))) for channel in part]


def encoded(source: Path, codec: str, name: str, rate_hz: int) -> Path:
    """The same recording in another format, with tags."""
    target = source.with_name(name)
    with av.open(str(source)) as opened, av.open(str(target), "w") as container:
        container.metadata["title"] = "4111 1111 1111 1111"
        stream = container.add_stream(codec, rate=rate_hz, layout="mono")
        assert isinstance(stream, av.AudioStream)
        resampler = av.AudioResampler(stream.format.name, "mono", rate_hz)
        for frame in opened.decode(audio=0):
            for ready in resampler.resample(frame):
                container.mux(stream.encode(ready))
        for rest in (*resampler.resample(None), None):
            container.mux(stream.encode(rest))
    return target


@pytest.mark.parametrize("kind", ["wav", "mp3", "opus"])
@pytest.mark.parametrize("rate_hz", [8000, 48000])
def test_a_second_of_the_copy_is_the_same_second_of_the_transcript(
    write_wav: Callable[..., Path], kind: str, rate_hz: int
) -> None:
    """Clicks stay within 10 ms of their time in the original, whatever the delay of the codec."""
    source = write_wav(clicks(rate_hz), rate_hz=rate_hz)
    if kind != "wav":
        codec = {"mp3": "libmp3lame", "opus": "libopus"}[kind]
        source = encoded(source, codec, f"call.{kind}", rate_hz)
    copy = source.with_name("copy.opus")
    write_redacted(probe(source), [], copy)
    assert click_times_s(source) == pytest.approx(CLICKS_S, abs=0.05)
    assert click_times_s(copy) == pytest.approx(click_times_s(source), abs=0.01)
    assert probe(copy).duration_s == pytest.approx(probe(source).duration_s, abs=0.01)


def test_both_channels_are_silent_inside_and_untouched_outside(
    write_wav: Callable[..., Path], tmp_path: Path
) -> None:
    """Each channel carries an echo of the other: all of them are muted, and only there."""
    source = write_wav(noise(6), noise(6) * 0.2)
    copy = tmp_path / "out" / "copy.opus"
    write_redacted(probe(source), [(1.2345, 2.5), (4.0, 4.75)], copy)
    assert probe(copy).channel_count == 2
    assert max(*level(copy, 1.2345, 2.5), *level(copy, 4.0, 4.75)) < SILENT
    for start_s, end_s in ((0.0, 1.2345), (2.5, 4.0), (4.75, 6.0)):
        expected = level(source, start_s, end_s)
        assert level(copy, start_s, end_s) == pytest.approx(expected, rel=0.25)


def test_a_stretch_beyond_the_end_mutes_to_the_end(
    write_wav: Callable[..., Path], tmp_path: Path
) -> None:
    """Words may end after the last sample that decodes."""
    source = write_wav(noise(3))
    write_redacted(probe(source), [(2.0, 9.0)], tmp_path / "copy.opus")
    copied = probe(tmp_path / "copy.opus")
    assert copied.duration_s == pytest.approx(3.0, abs=0.01)
    assert copied.channel_count == 1
    assert max(level(copied.path, 2.0, 3.0)) < SILENT


def test_the_same_call_gives_the_same_bytes_and_the_original_stays(
    write_wav: Callable[..., Path], tmp_path: Path
) -> None:
    """A copy is replaced by an equal one; the original's bytes do not change."""
    source, copy = write_wav(noise(2), noise(2)), tmp_path / "copy.opus"
    recording, before = probe(source), source.read_bytes()
    write_redacted(recording, [(0.5, 1.0)], copy)
    first = copy.read_bytes()
    write_redacted(recording, [(0.5, 1.0)], copy)
    assert copy.read_bytes() == first
    assert source.read_bytes() == before
    assert sorted(path.name for path in tmp_path.iterdir()) == ["call.wav", "copy.opus"]


def test_no_tag_of_the_original_is_copied(write_wav: Callable[..., Path], tmp_path: Path) -> None:
    """Recorders write numbers and names into tags."""
    source = encoded(write_wav(noise(2)), "libopus", "call.opus", 48000)
    copy = tmp_path / "copy.opus"
    write_redacted(probe(source), [], copy)
    assert b"4111" in source.read_bytes()
    with av.open(str(copy)) as container:
        assert dict(container.metadata) == {}
        assert dict(container.streams.audio[0].metadata) == {}


def test_more_channels_than_two_become_one_that_every_player_knows(
    write_wav: Callable[..., Path], tmp_path: Path
) -> None:
    """The copy of a recording with four channels is their mix, muted like all else."""
    source = write_wav(*[noise(2)] * 4)
    copy = tmp_path / "copy.opus"
    write_redacted(probe(source), [(0.5, 1.0)], copy)
    assert probe(copy).channel_count == 1
    assert max(level(copy, 0.5, 1.0)) < SILENT < max(level(copy, 1.0, 2.0))


def test_a_channel_that_was_not_transcribed_is_in_no_copy(
    write_wav: Callable[..., Path], tmp_path: Path
) -> None:
    """It is silent, or has the channel that was transcribed, just where it was not transcribed."""
    source = write_wav(noise(6), noise(6) * 0.1)
    copy = tmp_path / "copy.opus"
    write_redacted(probe(source), [], copy, [NotListened(1, 0.0, 7.0, None)])
    assert level(copy, 0.0, 6.0)[1] < SILENT < level(copy, 0.0, 6.0)[0]
    write_redacted(probe(source), [(4.0, 5.0)], copy, [NotListened(1, 2.0, 7.0, 0)])
    assert level(copy, 0.0, 2.0) == pytest.approx(level(source, 0.0, 2.0), rel=0.25)
    left, right = level(copy, 2.0, 4.0)
    assert right == pytest.approx(left, rel=0.1)
    assert max(level(copy, 4.0, 5.0)) < SILENT


@pytest.mark.parametrize(("left_out", "channel_count"), [((2,), 2), ((0,), 2), ((0, 2), 1)])
def test_a_mix_that_was_not_transcribed_is_not_mixed_in(
    write_wav: Callable[..., Path], tmp_path: Path, left_out: tuple[int, ...], channel_count: int
) -> None:
    """Of three channels those that were transcribed make the copy, two of them in stereo."""
    loud, quiet = noise(2), noise(2) * 0.02
    source = write_wav(*(loud if channel in left_out else quiet for channel in range(3)))
    copy = tmp_path / "copy.opus"
    unheard = [NotListened(channel, 0.0, 3.0, None) for channel in left_out]
    write_redacted(probe(source), [], copy, unheard)
    assert probe(copy).channel_count == channel_count
    assert level(copy, 0.0, 2.0) == pytest.approx(
        [level(source, 0.0, 2.0)[1]] * channel_count, rel=0.3
    )


def test_a_copy_that_cannot_be_written_leaves_nothing(
    write_wav: Callable[..., Path], tmp_path: Path
) -> None:
    """The error gives the cause; neither a partial copy nor a temporary file is left."""
    source = write_wav(noise(1))
    blocked = tmp_path / "file"
    blocked.write_bytes(b"")
    with pytest.raises(AudioError, match="cannot be written"):
        write_redacted(probe(source), [], blocked / "copy.opus")
    recording = probe(source)
    source.write_bytes(b"RIFF")
    with pytest.raises(AudioError):
        write_redacted(recording, [], tmp_path / "copy.opus")
    assert sorted(path.name for path in tmp_path.iterdir()) == ["call.wav", "file"]


def test_long_recordings_take_no_more_memory(write_wav: Callable[..., Path]) -> None:
    """Blocks of a second are all that is held of five minutes (10 MB)."""
    source = write_wav(np.zeros(8000 * 300), np.zeros(8000 * 300))
    recording = probe(source)
    tracemalloc.start()
    write_redacted(recording, [(10.0, 20.0)], source.with_name("copy.opus"))
    _, peak = tracemalloc.get_traced_memory()
    tracemalloc.stop()
    assert peak < 2_000_000
