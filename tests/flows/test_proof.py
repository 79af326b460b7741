"""The proof transcribes every channel and every track of a copy, with the real listener."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import av
import numpy as np
import pytest
from av.audio.frame import AudioFrame
from typer.testing import CliRunner

from flows.cli.app import app
from flows.settings import CHECKOUT
from models.audio.decoding import SAMPLE_RATE_HZ, decode

if TYPE_CHECKING:
    from pathlib import Path

    from numpy.typing import NDArray

    Samples = NDArray[np.float64]

CALLS = CHECKOUT / "tests" / "night" / "calls"
CARD_S = (29.4, 46.8)  # where the customer gives a card number and its date


def part(name: str, start_s: float, end_s: float) -> Samples:
    """Seconds of a stereo call."""
    first, last = (int(at_s * SAMPLE_RATE_HZ) for at_s in (start_s, end_s))
    return decode(CALLS / name)[:, first:last].astype(np.float64)


@pytest.fixture(scope="module")
def card() -> Samples:
    """One channel that holds a card number."""
    return np.asarray(part("lt-0001.flac", *CARD_S)[1])


@pytest.fixture(scope="module")
def harmless(card: Samples) -> Samples:
    """One channel of as much harmless speech."""
    greeting = part("lt-0001.flac", 0, 9)[0]
    return np.resize(np.concatenate([greeting, np.zeros(SAMPLE_RATE_HZ)]), len(card))


def written(path: Path, *tracks: tuple[Samples, ...]) -> Path:
    """A file of these tracks, each of one or more channels, in FLAC."""
    with av.open(str(path), "w") as container:
        layouts = {1: "mono", 2: "stereo", 3: "2.1"}
        streams = [
            container.add_stream("flac", rate=SAMPLE_RATE_HZ, layout=layouts[len(track)])
            for track in tracks
        ]
        for stream, track in zip(streams, tracks, strict=True):
            layout = layouts[len(track)]
            pcm = np.clip(np.stack(track, axis=1), -32768, 32767).astype(np.int16)
            assert isinstance(stream, av.AudioStream)
            frame = AudioFrame.from_ndarray(pcm.reshape(1, -1), "s16", layout)
            frame.sample_rate, frame.pts = SAMPLE_RATE_HZ, 0
            container.mux([*stream.encode(frame), *stream.encode(None)])
    return path


def proven(path: Path) -> bool:
    """Whether a file passes the proof; if it does not, a number is what was found."""
    done = CliRunner().invoke(app, ["pii", "proof", str(path), "--language", "en", "--json"])
    told = json.loads(done.stdout)
    assert (done.exit_code == 1) == bool(told["found"]), done.output
    return done.exit_code == 0


def test_harmless_channels_and_tracks_are_proven(tmp_path: Path, harmless: Samples) -> None:
    """Transcribing more channels finds nothing that is not there."""
    assert proven(written(tmp_path / "call.mka", (harmless, harmless), (harmless,)))


def test_a_file_without_sound_is_no_proof(tmp_path: Path) -> None:
    """Nothing was recognised, and only that is reported."""
    path = tmp_path / "call.opus"
    path.write_bytes(b"OggS")
    done = CliRunner().invoke(app, ["pii", "proof", str(path), "--json"])
    assert done.exit_code != 0
    assert "audio" not in done.stdout


def test_a_card_after_an_announcement_is_heard(
    tmp_path: Path, harmless: Samples, card: Samples
) -> None:
    """Both channels carry the same for as long as the call lasts after it."""
    left = np.concatenate([harmless, 0 * card])
    assert not proven(written(tmp_path / "call.mka", (left, np.concatenate([harmless, card]))))


def test_a_card_beside_the_same_announcement_is_heard(
    tmp_path: Path, harmless: Samples, card: Samples
) -> None:
    """Quiet under what both carry, where transcribing one of them would miss it."""
    loud = 2 * harmless
    assert not proven(written(tmp_path / "call.mka", (loud, loud + 0.5 * card)))


@pytest.mark.parametrize("channel", [0, 2])
def test_a_card_on_any_of_three_channels_is_heard(
    tmp_path: Path, harmless: Samples, card: Samples, channel: int
) -> None:
    """Such a file is refused as a call, and yet proven or not."""
    channels = [harmless, harmless, harmless]
    channels[channel] = card
    assert not proven(written(tmp_path / "call.mka", tuple(channels)))


def test_a_card_on_a_second_track_is_heard(
    tmp_path: Path, harmless: Samples, card: Samples
) -> None:
    """Players let people choose a track."""
    assert not proven(written(tmp_path / "call.mka", (harmless,), (harmless, card)))
