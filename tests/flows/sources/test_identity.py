"""An id names one call: another one is told, and a wrong id is corrected on purpose."""

from __future__ import annotations

import json
import shutil
from pathlib import Path

import pytest

from models.call import QuarantineReason
from tests.flows.night.test_rejudging import Centre
from tests.night.recognitions.recorded_night import CALLS, workers_here

FIRST, SECOND = "lt-0010", "lt-0016"


@pytest.fixture(scope="module")
def heard(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """The folder of a centre whose run has stored and published one call."""
    folder = tmp_path_factory.mktemp("centre")
    centre = Centre(folder)
    centre.source.mkdir()
    _add(centre, FIRST)
    centre.evaluated().publish()
    return folder


@pytest.fixture
def centre(heard: Path, tmp_path: Path) -> Centre:
    """A copy of it."""
    shutil.copytree(heard, tmp_path, symlinks=True, dirs_exist_ok=True)
    return Centre(tmp_path)


def _add(centre: Centre, stem: str, **fields: str) -> None:
    """Put a recording of the night into the source, with other metadata."""
    shutil.copy(CALLS / f"{stem}.wav", centre.source)
    shutil.copy(CALLS / f"{stem}.json", centre.source)
    centre.correct(stem, **fields)


def _export_again(centre: Centre, stem: str) -> None:
    """Other bytes of the same sound."""
    path = centre.source / f"{stem}.wav"
    path.write_bytes(path.read_bytes() + b"\0\0")


def _stored(centre: Centre) -> dict[str, str]:
    return {one.call.call_id: one.recording.path.name for one in centre.results()}


def _files_of(centre: Centre, call_id: str) -> set[str]:
    return {path.suffix for path in centre.home.rglob(f"{call_id}-*") if path.is_file()}


def test_another_call_under_a_known_id_is_told(centre: Centre) -> None:
    """It names both recordings, the stored call stays, and so it is the second time."""
    _add(centre, SECOND, call_id=FIRST)
    (centre.source / f"{FIRST}.wav").unlink()
    (centre.source / f"{FIRST}.json").unlink()
    for _ in range(2):
        night = centre.night()
        intake = night.take_in()
        assert night.todo == []
        (item,) = intake.quarantined
        assert (Path(item.item).stem, item.call_id) == (SECOND, FIRST)
        assert item.reason is QuarantineReason.DUPLICATE
        assert f"{FIRST}.wav" in item.detail
        assert intake.seen == 1
        assert _stored(centre) == {FIRST: f"{FIRST}.wav"}


def test_an_impostor_does_not_come_before_the_stored_call(centre: Centre) -> None:
    """Even if it began earlier and both lie in the source."""
    _add(centre, SECOND, call_id=FIRST, started_at="2026-03-09T08:00:00+01:00")
    night = centre.night()
    (item,) = night.take_in().quarantined
    assert night.todo == []
    assert Path(item.item).stem == SECOND


def test_a_recording_that_was_exported_again_is_heard_again(centre: Centre) -> None:
    """Its metadata say that it is the same call."""
    before = centre.results()[0].recording.audio_sha256
    _export_again(centre, FIRST)
    assert len(centre.evaluated().todo) == 1
    (after,) = centre.results()
    assert after.recording.audio_sha256 != before


def test_both_may_change_on_purpose(centre: Centre) -> None:
    """`replaces` with the call's own id says that another recording and metadata are that call."""
    _export_again(centre, FIRST)
    centre.correct(FIRST, queue="retention")
    assert centre.planned() == (0, 0)
    centre.correct(FIRST, replaces=FIRST)
    assert len(centre.evaluated().todo) == 1
    assert [one.call.queue for one in centre.results()] == ["retention"]
    assert centre.planned() == (0, 0)


def test_a_wrong_id_is_corrected_on_purpose(centre: Centre) -> None:
    """What was stored under it is gone: result, page and copy. The second time nothing changes."""
    assert _files_of(centre, FIRST) == {".html", ".opus"}
    centre.correct(FIRST, call_id="right-1")
    assert centre.planned() == (0, 0)
    centre.correct(FIRST, replaces=FIRST)
    summary = centre.evaluated().publish()
    assert summary.run.quarantined == ()
    assert _stored(centre) == {"right-1": f"{FIRST}.wav"}
    assert _files_of(centre, FIRST) == set()
    assert _files_of(centre, "right-1") == {".html", ".opus"}
    again = centre.evaluated().publish()
    assert (again.run.evaluated_count, again.run.unchanged_count) == (0, 1)
    assert again.snapshot.resolve() == summary.snapshot.resolve()


def test_a_wrong_id_is_free_for_the_call_that_has_it(centre: Centre) -> None:
    """The corrected call and the one that the id belongs to come in the same night."""
    centre.correct(FIRST, call_id="right-1", replaces=FIRST)
    _add(centre, SECOND, call_id=FIRST)
    for heard in (2, 0):
        assert len(centre.evaluated().todo) == heard
        assert _stored(centre) == {"right-1": f"{FIRST}.wav", FIRST: f"{SECOND}.wav"}


def test_a_call_does_not_replace_one_that_is_still_there(centre: Centre) -> None:
    """Two files that contradict each other wait for a person."""
    _add(centre, SECOND, replaces=FIRST)
    for _ in range(2):
        night = centre.night()
        (item,) = night.take_in().quarantined
        assert night.todo == []
        assert Path(item.item).stem == SECOND
        assert f"{FIRST}.wav" in item.detail
        assert _stored(centre) == {FIRST: f"{FIRST}.wav"}


def test_a_correction_that_was_interrupted_is_completed(centre: Centre) -> None:
    """Killed after the old result went and before the new one came: it is heard again."""
    centre.correct(FIRST, call_id="right-1", replaces=FIRST)
    night = centre.night()
    night.take_in()
    with pytest.MonkeyPatch.context() as patched:
        patched.setattr(type(night._lake), "commit", _killed)
        with pytest.raises(KeyboardInterrupt):
            night.evaluate(night.todo, workers_here(centre.settings, "avx2"), lambda: None)
    centre.evaluated()
    assert _stored(centre) == {"right-1": f"{FIRST}.wav"}


def _killed(*_: object) -> None:
    raise KeyboardInterrupt


def test_the_metadata_of_a_call_come_back(centre: Centre) -> None:
    """What the metadata state of length and identity is stored with the call."""
    path = centre.source / f"{FIRST}.json"
    fields = json.loads(path.read_bytes()) | {"duration_s": 36.5, "replaces": FIRST}
    path.write_text(json.dumps(fields), encoding="utf-8")
    centre.evaluated()
    (call,) = (one.call for one in centre.results())
    assert (call.stated_duration_s, call.replaces) == (36.5, FIRST)
    assert centre.planned() == (0, 0)
