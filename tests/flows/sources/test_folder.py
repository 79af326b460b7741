"""Every item of a source ends in exactly one place, with a reason that a person can act on."""

from __future__ import annotations

import json
import random
import unicodedata
import wave
from typing import TYPE_CHECKING

import pytest

from flows.sources.folder import Intake, take_in
from models.call import QuarantineReason

if TYPE_CHECKING:
    from pathlib import Path


def recording(folder: Path, name: str, seed: int) -> None:
    """Write half a second of faint noise; equal seeds give equal bytes."""
    with wave.open(str(folder / name), "wb") as file:
        file.setnchannels(1)
        file.setsampwidth(2)
        file.setframerate(8000)
        file.writeframes(random.Random(seed).randbytes(8000))  # noqa: S311  noise, no secret


def sidecar(folder: Path, name: str, call_id: str, **change: object) -> None:
    """Write metadata that is whole but for what is changed."""
    fields = {
        "call_id": call_id,
        "started_at": "2026-03-10T09:14:05+01:00",
        "agent_id": "ag-1",
        "queue": "billing",
        "direction": "inbound",
    }
    (folder / name).write_text(json.dumps(fields | change), encoding="utf-8")


def reasons(intake: Intake) -> dict[str, QuarantineReason]:
    """Reason by file name."""
    return {item.item.rsplit("/", 1)[-1]: item.reason for item in intake.quarantined}


def test_every_item_has_its_place(tmp_path: Path) -> None:
    """Good, corrupt, empty, unmatched, ill-described and half-written items add up to all seen."""
    recording(tmp_path, "good.wav", 1)
    sidecar(tmp_path, "good.json", "c-1")
    (tmp_path / "corrupt.wav").write_bytes(random.Random(2).randbytes(5000))  # noqa: S311
    sidecar(tmp_path, "corrupt.json", "c-2")
    (tmp_path / "empty.wav").touch()
    sidecar(tmp_path, "empty.json", "c-3")
    recording(tmp_path, "alone.wav", 4)
    sidecar(tmp_path, "lost.json", "c-5")
    recording(tmp_path, "ill.wav", 6)
    sidecar(tmp_path, "ill.json", "c-6", started_at="2026-03-10")
    (tmp_path / "arriving.wav.part").write_bytes(b"RIFF")
    (tmp_path / "README.txt").write_text("not a recording", encoding="utf-8")

    intake = take_in(tmp_path, {})

    assert [call.call_id for call, _ in intake.ready] == ["c-1"]
    assert reasons(intake) == {
        "corrupt.wav": QuarantineReason.CORRUPT_AUDIO,
        "empty.wav": QuarantineReason.EMPTY_FILE,
        "alone.wav": QuarantineReason.MISSING_METADATA,
        "lost.json": QuarantineReason.MISSING_RECORDING,
        "ill.wav": QuarantineReason.INVALID_METADATA,
    }
    assert [name.rsplit("/", 1)[-1] for name in intake.pending] == ["arriving.wav.part"]
    assert intake.seen == 7


def test_the_first_of_equal_recordings_counts(tmp_path: Path) -> None:
    """A copy is named with the call it copies, whether that came tonight or on an earlier night."""
    for name, call_id, hour in (("a", "c-1", 9), ("b", "c-2", 10)):
        recording(tmp_path, f"{name}.wav", seed=1)
        sidecar(tmp_path, f"{name}.json", call_id, started_at=f"2026-03-10T{hour:02}:00:00+01:00")
    tonight = take_in(tmp_path, {})
    assert [call.call_id for call, _ in tonight.ready] == ["c-1"]
    assert reasons(tonight) == {"b.wav": QuarantineReason.DUPLICATE}
    assert "c-1" in tonight.quarantined[0].detail

    audio = tonight.ready[0][1].audio_sha256
    later = take_in(tmp_path, {audio: "c-0"})
    assert later.ready == ()
    assert len(later.quarantined) == 2


def test_a_call_id_names_one_call(tmp_path: Path) -> None:
    """Two recordings with one call id cannot both be that call: the second waits for a person."""
    for name, seed in (("a", 1), ("b", 2)):
        recording(tmp_path, f"{name}.wav", seed)
        sidecar(tmp_path, f"{name}.json", "c-1")
    intake = take_in(tmp_path, {})
    assert len(intake.ready) == 1
    assert reasons(intake) == {"b.wav": QuarantineReason.DUPLICATE}


def test_subfolders_and_csv(tmp_path: Path) -> None:
    """Recordings may lie in folders by day, described by one CSV at the top."""
    (tmp_path / "mon").mkdir()
    recording(tmp_path, "mon/a.wav", 1)
    (tmp_path / "calls.csv").write_text(
        "file,call_id,started_at,agent_id,queue,direction\n"
        "mon/a.wav,c-1,2026-03-10T09:14:05Z,ag-1,billing,inbound\n"
        "mon/gone.wav,c-2,2026-03-10T09:14:05Z,ag-1,billing,inbound\n",
        encoding="utf-8",
    )
    intake = take_in(tmp_path, {})
    assert [call.call_id for call, _ in intake.ready] == ["c-1"]
    assert reasons(intake) == {"gone.wav": QuarantineReason.MISSING_RECORDING}


_HEAD = "file,call_id,started_at,agent_id,queue,direction\n"


def rows(folder: Path, *names: str) -> None:
    """A calls.csv with one line for each name."""
    lines = (
        f"{name},c-{number},2026-03-10T09:14:05Z,ag-1,billing,inbound\n"
        for number, name in enumerate(names, start=1)
    )
    (folder / "calls.csv").write_text(_HEAD + "".join(lines), encoding="utf-8")


@pytest.mark.parametrize(
    ("file", "written"),
    [
        ("mon/a.wav", "mon\\a.wav"),
        ("mon/a.wav", "C:\\recordings\\mon\\a.wav"),
        ("mon/a.wav", "/var/spool/mon/a.wav"),
        ("mon/a.wav", "./mon/a.wav"),
        ("Año.wav", unicodedata.normalize("NFD", "Año.wav")),
        (unicodedata.normalize("NFD", "Año.wav"), "Año.wav"),
        ("A-17.WAV", "a-17.wav"),
        ("a.wav", "a.wav "),
        ("a.wav", " A.wav"),
    ],
)
def test_a_name_may_be_written_in_another_way(tmp_path: Path, file: str, written: str) -> None:
    """Backslashes, another system's folders, Unicode forms, case and blanks: one file is meant."""
    (tmp_path / "mon").mkdir()
    recording(tmp_path, file, 1)
    rows(tmp_path, written)
    intake = take_in(tmp_path, {})
    assert [call.call_id for call, _ in intake.ready] == ["c-1"]
    assert intake.seen == 1


def test_names_that_differ_only_in_case_stay_apart(tmp_path: Path) -> None:
    """Where both files are there, each line has its own."""
    for seed, name in enumerate(("a.wav", "A.wav"), start=1):
        recording(tmp_path, name, seed)
    rows(tmp_path, "A.wav", "a.wav")
    ready = {call.call_id: found.path.name for call, found in take_in(tmp_path, {}).ready}
    assert ready == {"c-1": "A.wav", "c-2": "a.wav"}


def test_a_wrong_name_is_told_once_with_the_nearest_file(tmp_path: Path) -> None:
    """One item for file and line together; it says both names."""
    recording(tmp_path, "call-0017.wav", 1)
    recording(tmp_path, "call-0018.wav", 2)
    rows(tmp_path, "call_0017.wav", "call-0018.wav")
    intake = take_in(tmp_path, {})
    assert [call.call_id for call, _ in intake.ready] == ["c-2"]
    (item,) = intake.quarantined
    assert item.item.endswith("call-0017.wav")
    assert item.reason is QuarantineReason.MISSING_METADATA
    assert "call_0017.wav" in item.detail


def test_two_lines_for_one_file_are_told(tmp_path: Path) -> None:
    """Even if they spell its name differently."""
    recording(tmp_path, "a.wav", 1)
    rows(tmp_path, "a.wav", "A.WAV")
    (item,) = take_in(tmp_path, {}).quarantined
    assert (item.reason, "two lines" in item.detail) == (QuarantineReason.INVALID_METADATA, True)


@pytest.mark.parametrize("ending", ["wav49", "au", "mka", "bin", "X17"])
def test_metadata_makes_a_recording_of_any_ending(tmp_path: Path, ending: str) -> None:
    """The file lies beside it, and its content says what it is."""
    recording(tmp_path, f"a.{ending}", 1)
    sidecar(tmp_path, "a.json", "c-1")
    assert [call.call_id for call, _ in take_in(tmp_path, {}).ready] == ["c-1"]


@pytest.mark.parametrize("ending", ["raw", "vox", "X17"])
def test_what_cannot_be_heard_is_named_itself(tmp_path: Path, ending: str) -> None:
    """Not `missing_recording`: the recording is there, and the error names the remedy."""
    (tmp_path / f"a.{ending}").write_bytes(random.Random(1).randbytes(4000))  # noqa: S311
    sidecar(tmp_path, "a.json", "c-1")
    (item,) = take_in(tmp_path, {}).quarantined
    assert (item.item.rsplit("/")[-1], item.call_id) == (f"a.{ending}", "c-1")
    assert item.reason is QuarantineReason.CORRUPT_AUDIO


def test_documents_and_notes_are_no_recordings(tmp_path: Path) -> None:
    """A note beside the metadata does not stand for the recording that is missing."""
    (tmp_path / "a.txt").write_text("sent by mail", encoding="utf-8")
    sidecar(tmp_path, "a.json", "c-1")
    assert reasons(take_in(tmp_path, {})) == {"a.json": QuarantineReason.MISSING_RECORDING}


def test_a_table_may_lie_in_the_folder_of_its_day(tmp_path: Path) -> None:
    """In capitals as well; its lines name files from there on."""
    day = tmp_path / "2026-03-10"
    day.mkdir()
    recording(day, "a.wav", 1)
    rows(day, "a.wav")
    (day / "calls.csv").rename(day / "CALLS.CSV")
    intake = take_in(tmp_path, {})
    assert [found.path.name for _, found in intake.ready] == ["a.wav"]
    assert intake.seen == 1


def test_a_table_of_calls_of_no_known_form_is_told(tmp_path: Path) -> None:
    """With the command that helps; a table of anything else is none of ours."""
    recording(tmp_path, "a.wav", 1)
    (tmp_path / "marzo.csv").write_text("Inicio;Extensi\u00f3n;Tipo\n2026-03-10 09:00;1042;E\n")
    (tmp_path / "prices.csv").write_text("article;price\nrouter;12\n")
    intake = take_in(tmp_path, {})
    assert reasons(intake) == {
        "a.wav": QuarantineReason.MISSING_METADATA,
        "marzo.csv": QuarantineReason.INVALID_METADATA,
    }
    (detail,) = (one.detail for one in intake.quarantined if one.item.endswith(".csv"))
    assert "callqa sources map marzo.csv" in detail
    sidecar(tmp_path, "a.json", "c-1")
    assert not take_in(tmp_path, {}).quarantined
