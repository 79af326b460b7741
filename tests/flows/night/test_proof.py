"""The proof transcribes every channel and every track of a copy, with the real listener.

The command verifies all files with a card number in one run, which loads the model once.
"""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import av
import numpy as np
import pytest
from av.audio.frame import AudioFrame
from typer.testing import CliRunner

from flows.cli.app import app
from flows.settings.centre import CHECKOUT
from models.audio.decoding import SAMPLE_RATE_HZ, decode

if TYPE_CHECKING:
    from numpy.typing import NDArray

    Samples = NDArray[np.float64]

CALLS = CHECKOUT / "tests" / "night" / "calls"
CARD_S = (30.3, 39.1)  # where the customer gives a card number


def part(name: str, start_s: float, end_s: float) -> Samples:
    """Seconds of a stereo call."""
    first, last = (int(at_s * SAMPLE_RATE_HZ) for at_s in (start_s, end_s))
    return decode(CALLS / name)[:, first:last].astype(np.float64)


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


@pytest.fixture(scope="module")
def files(tmp_path_factory: pytest.TempPathFactory) -> dict[str, Path]:
    """Files with and without a card number that is still audible."""
    card = part("lt-0001.flac", *CARD_S)[1]
    greeting = part("lt-0001.flac", 0, 9)[0]
    harmless = np.resize(np.concatenate([greeting, np.zeros(SAMPLE_RATE_HZ)]), len(card))
    loud = 2 * harmless
    tracks: dict[str, list[tuple[Samples, ...]]] = {
        "harmless": [(harmless, harmless), (harmless,)],
        "after an announcement": [
            (np.concatenate([harmless, 0 * card]), np.concatenate([harmless, card]))
        ],
        "beside an announcement": [(loud, loud + 0.5 * card)],
        "third channel": [(harmless, harmless, card)],
        "second track": [(harmless,), (harmless, card)],
    }
    folder = tmp_path_factory.mktemp("copies")
    return {name: written(folder / f"{name}.mka", *parts) for name, parts in tracks.items()}


def proof(*paths: Path) -> tuple[int, dict[str, list[object]]]:
    """Exit code of the command, and the numbers that it found in each file."""
    done = CliRunner().invoke(app, ["pii", "proof", *map(str, paths), "--language", "en", "--json"])
    told = [json.loads(line) for line in done.stdout.splitlines()]
    return done.exit_code, {Path(one["audio"]).stem: one["found"] for one in told}


@pytest.fixture(scope="module")
def found_in(files: dict[str, Path]) -> dict[str, list[object]]:
    """What the proof of all files with a card number found in each; it does not pass."""
    exit_code, found = proof(*(path for name, path in files.items() if name != "harmless"))
    assert exit_code == 1
    return found


def test_harmless_channels_and_tracks_are_proven(files: dict[str, Path]) -> None:
    """Transcribing more channels finds nothing that is not there."""
    assert proof(files["harmless"]) == (0, {"harmless": []})


def test_a_file_without_sound_is_no_proof(tmp_path: Path) -> None:
    """Nothing was recognised, and only that is reported."""
    path = tmp_path / "call.opus"
    path.write_bytes(b"OggS")
    done = CliRunner().invoke(app, ["pii", "proof", str(path), "--json"])
    assert done.exit_code != 0
    assert "audio" not in done.stdout


def test_a_card_after_an_announcement_is_heard(found_in: dict[str, list[object]]) -> None:
    """Both channels carry the same for as long as the call lasts after it."""
    assert found_in["after an announcement"]


def test_a_card_beside_the_same_announcement_is_heard(found_in: dict[str, list[object]]) -> None:
    """Quiet under what both carry, where transcribing one of them would miss it."""
    assert found_in["beside an announcement"]


def test_a_card_on_a_third_channel_is_heard(found_in: dict[str, list[object]]) -> None:
    """Such a file is refused as a call, and yet proven or not."""
    assert found_in["third channel"]


def test_a_card_on_a_second_track_is_heard(found_in: dict[str, list[object]]) -> None:
    """Players let people choose a track."""
    assert found_in["second track"]
