"""Two mono files of one call are one stereo recording where one description names them."""

from __future__ import annotations

import shutil
import wave
from dataclasses import replace
from typing import TYPE_CHECKING, cast

import av
import numpy as np
import pytest

from flows.night.night import Night
from flows.settings.centre import Settings
from flows.sources.centre.key import HomeKey
from flows.sources.folder import take_in
from flows.sources.known_files import KnownFiles
from flows.workers import pool
from models.audio.decoding import decode
from models.call import QuarantineReason
from qa_rules.rule_files.rulebook import load_rulebook
from tests.flows.silence import assert_cards_are_silent
from tests.flows.sources.test_folder import reasons, recording, sidecar
from tests.night.recognitions.recorded import RecordedFactory, RecordedListener
from tests.night.recognitions.recorded_night import CALLS
from warehouse.lake.lake import Lake

if TYPE_CHECKING:
    from pathlib import Path

    from flows.workers.pool import Workers
    from models.call import Call, Recording
    from models.transcript import Transcript
    from qa_rules.results import CallResult

RENDERING = "avx2"
STEREO = CALLS / "lt-0001.flac"


def pair(folder: Path, first: str, second: str) -> None:
    """Two recordings of different sound."""
    for seed, name in enumerate((first, second)):
        recording(folder, name, seed)


def split(source: Path, first: Path, second: Path) -> None:
    """Write each channel of a stereo recording of 8 kHz to a file of its own, without loss."""
    with av.open(str(source)) as container:
        frames = [frame.to_ndarray() for frame in container.decode(audio=0)]
        assert container.streams.audio[0].rate == 8000
    samples = np.concatenate([frame.reshape(-1, 2) for frame in frames])
    assert samples.dtype == np.int16
    for path, side in zip((first, second), samples.T, strict=True):
        with wave.open(str(path), "wb") as file:
            file.setnchannels(1)
            file.setsampwidth(2)
            file.setframerate(8000)
            file.writeframes(np.ascontiguousarray(side).tobytes())


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("a-in.wav", "a-out.wav"),
        ("a-rx.wav", "a-tx.wav"),
        ("a_left.wav", "a_right.wav"),
        ("a-IN.WAV", "a-OUT.WAV"),
    ],
)
def test_a_described_pair_is_one_call(tmp_path: Path, first: str, second: str) -> None:
    """It is one item with two channels, whose length is that of both."""
    pair(tmp_path, first, second)
    sidecar(tmp_path, "a.json", "c-1")
    intake = take_in(tmp_path, {})
    ((call, found),) = intake.ready
    assert intake.seen == 1
    assert (call.call_id, call.channel_roles) == ("c-1", None)
    assert (found.path.name, found.other_side) == (first, tmp_path / second)
    assert (found.channel_count, found.duration_s) == (2, 0.5)
    assert intake.origins.forms[found.path] == "sidecar"


def test_a_pair_may_be_named_by_any_description(tmp_path: Path) -> None:
    """A line of `calls.csv`, a unique id and a FreePBX name mean both files as they mean one."""
    pair(tmp_path, "a-in.wav", "a-out.wav")
    (tmp_path / "calls.csv").write_text(
        "file,call_id,started_at,agent_id,queue,direction\n"
        "a.wav,c-1,2026-03-10T09:14:05Z,ag-1,billing,inbound\n"
    )
    name = "out-600000017-1042-20260310-091405-1773134045.11"
    for seed, end in ((5, "-rx"), (6, "-tx")):
        recording(tmp_path, f"{name}{end}.wav", seed)
    ready = take_in(tmp_path, {}).ready
    assert {(call.call_id, one.channel_count) for call, one in ready} == {
        ("c-1", 2),
        ("1773134045.11", 2),
    }


@pytest.mark.parametrize(
    ("others", "descriptions", "calls"),
    [
        (["b-in.wav", "b-out.wav"], ["b-in.json", "b-out.json"], 2),  # each is a call
        (["b-in.wav", "b-out.wav"], ["b-in.json"], 1),  # one of them is described, not both
        (["b-in.wav", "b-out.wav", "b.wav"], ["b.json"], 1),  # their mix is there
        (["b-in.wav", "b-out.wav", "b-rx.wav", "b-tx.wav"], ["b.json"], 0),  # more than two
        (["b-in.wav", "b-tx.wav"], ["b.json"], 0),
        (["b-in.wav", "b-out.mp3"], ["b.json"], 0),
        (["b-in.wav"], ["b.json"], 0),
    ],
)
def test_what_is_no_pair_is_not_joined(
    tmp_path: Path, others: list[str], descriptions: list[str], calls: int
) -> None:
    """Nothing is guessed: each file stays an item of its own, and all of them are told."""
    for seed, name in enumerate(others):
        recording(tmp_path, name, seed)
    for number, name in enumerate(descriptions):
        sidecar(tmp_path, name, f"c-{number}")
    intake = take_in(tmp_path, {})
    assert len(intake.ready) == calls
    assert all(one.other_side is None for _, one in intake.ready)
    told = {item.item for item in intake.quarantined} | {str(one.path) for _, one in intake.ready}
    assert told >= {str(tmp_path / name) for name in others}


def test_two_stereo_files_are_no_sides(tmp_path: Path) -> None:
    """Only mono files have one side each."""
    for name in ("b-in.flac", "b-out.flac"):
        shutil.copy(STEREO, tmp_path / name)
    sidecar(tmp_path, "b.json", "c-1")
    assert not take_in(tmp_path, {}).ready


def test_a_damaged_side_is_told(tmp_path: Path) -> None:
    """The call is one item; its other half is not judged as if it were whole."""
    recording(tmp_path, "a-in.wav", 1)
    (tmp_path / "a-out.wav").touch()
    sidecar(tmp_path, "a.json", "c-1")
    intake = take_in(tmp_path, {})
    assert reasons(intake) == {"a-in.wav": QuarantineReason.EMPTY_FILE}
    assert "file 2 of its two files" in intake.quarantined[0].detail
    assert intake.seen == 1


def test_a_copy_of_a_pair_is_a_duplicate(tmp_path: Path) -> None:
    """Equal are pairs of which both sides are equal; one equal side is another call."""
    pair(tmp_path, "a-in.wav", "a-out.wav")
    sidecar(tmp_path, "a.json", "c-1", started_at="2026-03-10T08:00:00Z")
    pair(tmp_path, "b-in.wav", "b-out.wav")
    sidecar(tmp_path, "b.json", "c-2")
    recording(tmp_path, "d-in.wav", 0)
    recording(tmp_path, "d-out.wav", 9)
    sidecar(tmp_path, "d.json", "c-3")
    intake = take_in(tmp_path, {})
    assert {call.call_id for call, _ in intake.ready} == {"c-1", "c-3"}
    assert reasons(intake) == {"b-in.wav": QuarantineReason.DUPLICATE}


def test_an_unchanged_pair_is_not_opened_again(tmp_path: Path) -> None:
    """Both files are known; a change of the second one is a change of the recording."""
    source = tmp_path / "source"
    source.mkdir()
    pair(source, "a-in.wav", "a-out.wav")
    sidecar(source, "a.json", "c-1")
    before = take_in(source, {}, KnownFiles(tmp_path / "known", source, HomeKey(tmp_path))).ready
    opened: list[Path] = []

    def opener(paths: list[Path], *_: object) -> list[object]:
        opened.extend(paths)
        return []

    known = KnownFiles(tmp_path / "known", source, HomeKey(tmp_path))
    again = take_in(source, {}, known, opener=opener)  # type: ignore[arg-type]  # opens nothing
    assert (again.ready, opened) == (before, [])
    recording(source, "a-out.wav", 7)
    changed = take_in(source, {}, KnownFiles(tmp_path / "known", source, HomeKey(tmp_path))).ready
    assert changed[0][1].audio_sha256 != before[0][1].audio_sha256


class _HeardInStereo(RecordedListener):
    """Hears of the pair what was recorded of the stereo call: the samples are the same."""

    def listen(self, call: Call, recording: Recording) -> Transcript:
        return super().listen(call, replace(recording, path=STEREO))


def evaluated(source: Path, home: Path) -> CallResult:
    """Run a night over a source with the call lt-0001, heard as its stereo recording."""
    settings = Settings.with_overrides(source=source, home=home, workers=1)
    night = Night(settings, listener=RecordedFactory(RENDERING))
    night.take_in()
    worker = pool._Worker(
        _HeardInStereo(RENDERING), load_rulebook(settings.rules), settings.audio, settings.prove
    )
    for batch in night.batches():
        night.evaluate(batch, cast("Workers", worker), lambda: None)
    night.publish()
    (stored,) = Lake(settings.lake, settings.time_zone).results(["lt-0001"])
    return stored


def test_a_pair_is_evaluated_as_the_stereo_call_is(tmp_path: Path) -> None:
    """Its samples, results and redacted copy are those of the stereo call, and stay so."""
    whole, sides = tmp_path / "whole", tmp_path / "sides"
    for folder in (whole, sides):
        folder.mkdir()
        shutil.copy(STEREO.with_suffix(".json"), folder)
    shutil.copy(STEREO, whole)
    first, second = sides / "lt-0001-in.wav", sides / "lt-0001-out.wav"
    split(STEREO, first, second)
    assert np.array_equal(decode(first, second), decode(STEREO))

    stereo = evaluated(whole, tmp_path / "home-whole")
    joined = evaluated(sides, tmp_path / "home-sides")
    assert joined.evaluations == stereo.evaluations
    assert joined.findings == stereo.findings
    assert joined.pii_spans == stereo.pii_spans
    assert joined.transcript == stereo.transcript
    assert joined.recording.channel_count == 2
    assert joined.recording.path.name == "lt-0001-in.wav + lt-0001-out.wav"

    (copy,) = (tmp_path / "home-sides").rglob("lt-0001*.opus")
    (of_stereo,) = (tmp_path / "home-whole").rglob("lt-0001*.opus")
    assert_cards_are_silent(copy, "lt-0001")
    assert np.array_equal(decode(copy), decode(of_stereo))
    assert len(decode(copy)) == 2

    again = Night(
        Settings.with_overrides(source=sides, home=tmp_path / "home-sides", workers=1),
        listener=RecordedFactory(RENDERING),
    )
    again.take_in()
    assert (again.todo, again.judge_count) == ([], 0)


def test_sides_may_differ_in_the_case_of_their_suffix(tmp_path: Path) -> None:
    """A recorder that writes one side as .WAV."""
    split(STEREO, tmp_path / "a-in.wav", tmp_path / "a-out.wav")
    (tmp_path / "a-in.wav").rename(tmp_path / "a-in.WAV")
    sidecar(tmp_path, "a.json", "c-1")
    ((_, recording),) = take_in(tmp_path, {}).ready
    assert recording.channel_count == 2
