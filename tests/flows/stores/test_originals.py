"""A source by URL is taken in as a folder is, and its recordings are fetched only when needed."""

from __future__ import annotations

import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from flows.errors import FlowsError
from flows.settings.centre import Settings
from flows.stores import mirror
from flows.stores.file_store import FileStore
from flows.stores.opening import open_store
from flows.stores.originals import Originals, StoredOriginals
from models.call import QuarantineReason
from tests.night.recognitions.recorded_night import CALLS
from warehouse.lake.store import StoreError

if TYPE_CHECKING:
    from pathlib import Path

    from flows.sources.folder import Intake
    from warehouse.lake.store import Store


@pytest.fixture
def store(tmp_path: Path) -> Path:
    """A folder that stands for a store, with some calls in a subfolder and an unfinished file."""
    folder = tmp_path / "store" / "a day"
    folder.mkdir(parents=True)
    for path in sorted(CALLS.iterdir())[:8]:
        shutil.copy(path, folder)
    (folder / "later.wav.part").write_bytes(b"RIFF")
    (folder / "empty.wav").write_bytes(b"")
    return folder.parent


@pytest.fixture
def got(monkeypatch: pytest.MonkeyPatch) -> list[str]:
    """Names of the files that were fetched."""
    names: list[str] = []
    get = FileStore.get

    def noted(self: FileStore, path: str, to: Path) -> None:
        names.append(path.rpartition("/")[2])
        get(self, path, to)

    monkeypatch.setattr(FileStore, "get", noted)
    return names


def taken(originals: Originals, home: Path) -> Intake:
    """Take a source in."""
    return originals.take_in(Settings.with_overrides(home=home, source=originals.folder), {})


def summary(intake: Intake, folder: Path) -> object:
    """What an intake says, without where the files are."""
    return (
        [(call, replace(one, path=one.path.relative_to(folder))) for call, one in intake.ready],
        sorted((one.item.removeprefix(str(folder)), one.reason) for one in intake.quarantined),
        [item.removeprefix(str(folder)) for item in intake.pending],
    )


def test_store_is_taken_in_as_a_folder_is(tmp_path: Path, store: Path) -> None:
    """The same calls, the same quarantine, the same files that are not finished."""
    work = tmp_path / "work"
    stored = taken(StoredOriginals(work, store.as_uri()), tmp_path / "home")
    plain = taken(Originals(store), tmp_path / "other")
    assert summary(stored, work) == summary(plain, store)
    assert stored.ready
    assert stored.quarantined
    assert stored.pending


def test_unchanged_files_are_never_fetched_again(
    tmp_path: Path, store: Path, got: list[str]
) -> None:
    """Only a changed recording is, and only new metadata; what is gone goes here, too."""
    home, work = tmp_path / "home", tmp_path / "work"
    first = taken(StoredOriginals(work, store.as_uri()), home)
    assert len(got) == len(set(got)) > len(first.ready)
    got.clear()
    again = taken(StoredOriginals(work, store.as_uri()), home)
    assert got == ["empty.wav"]  # of which nothing is known
    assert summary(again, work) == summary(first, work)
    got.clear()
    recordings = [one.path for _, one in first.ready]
    changed, gone = (store / path.relative_to(work) for path in recordings[:2])
    changed.write_bytes(changed.read_bytes() + b"\0\0")
    gone.unlink()
    third = taken(StoredOriginals(work, store.as_uri()), home)
    assert sorted(got) == ["empty.wav", changed.name]
    assert len(third.ready) == len(first.ready) - 1


def test_recordings_are_here_only_while_they_are_needed(tmp_path: Path, store: Path) -> None:
    """From intake until their batch is done; a later run fetches what it hears."""
    home, work = tmp_path / "home", tmp_path / "work"
    originals = StoredOriginals(work, store.as_uri())
    intake = taken(originals, home)
    batch = list(intake.ready[:1])
    paths = [one.path for _, one in intake.ready]
    originals.keep_only(batch)
    assert [path.stat().st_size > 0 for path in paths] == [path == paths[0] for path in paths]
    originals.remove(batch)
    assert not any(path.stat().st_size for path in paths)
    later = StoredOriginals(work, store.as_uri())
    batch = list(taken(later, home).ready)
    seen = list(later.evaluated(batch, lambda pairs: [one.path.stat().st_size for _, one in pairs]))
    assert len(seen) == len(batch)
    assert all(seen)
    assert not any(path.stat().st_size for path in paths)


def test_recording_that_cannot_be_fetched_costs_only_itself(
    tmp_path: Path, store: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """It is quarantined with what to do, at intake and when it is to be heard."""
    home, work = tmp_path / "home", tmp_path / "work"
    originals = StoredOriginals(work, store.as_uri())
    intake = taken(originals, home)
    lost = intake.ready[0][1].path
    originals.keep_only([])
    (store / lost.relative_to(work)).unlink()
    ready, failed = originals.fetched(list(intake.ready))
    assert [one.path for _, one in ready] == [one.path for _, one in intake.ready[1:]]
    assert [(one.call_id, one.reason) for one in failed] == [
        (intake.ready[0][0].call_id, QuarantineReason.UNREADABLE)
    ]
    assert "cannot be fetched" in failed[0].detail

    class Refusing(FileStore):
        def get(self, path: str, to: Path) -> None:
            if path.endswith((".wav", ".mp3", ".ogg", ".opus")):
                raise StoreError("access is refused")
            super().get(path, to)

    def refusing(url: str) -> Store:
        opened = open_store(url)
        assert isinstance(opened, FileStore)
        return Refusing(opened._kind, opened.url, opened._files, opened._root)

    monkeypatch.setattr(mirror, "open_store", refusing)
    fresh = taken(StoredOriginals(tmp_path / "fresh", store.as_uri()), tmp_path / "other")
    assert "it cannot be fetched: access is refused; then run again" in {
        one.detail for one in fresh.quarantined
    }


def test_recording_that_changed_meanwhile_is_left_to_the_next_run(
    tmp_path: Path, store: Path
) -> None:
    """Its words must not be stored under the hash of another recording."""
    originals = StoredOriginals(tmp_path / "work", store.as_uri())
    intake = taken(originals, tmp_path / "home")
    originals.keep_only([])
    path = store / intake.ready[0][1].path.relative_to(tmp_path / "work")
    path.write_bytes(path.read_bytes() + b"\0\0")
    _, failed = originals.fetched(list(intake.ready))
    assert ["it changed while the run" in one.detail for one in failed] == [True]


def test_results_and_quarantine_say_where_a_recording_is_kept(tmp_path: Path, store: Path) -> None:
    """Not where it was worked on."""
    originals = StoredOriginals(tmp_path / "work", "s3://bucket/calls")
    item = str(tmp_path / "work" / "a day" / "x.wav")
    intake = taken(StoredOriginals(tmp_path / "work", store.as_uri()), tmp_path / "home")
    (one, *_) = originals.items_named([replace(intake.quarantined[0], item=item)])
    assert one.item == "s3://bucket/calls/a day/x.wav"


def test_store_without_anything_is_an_error(tmp_path: Path) -> None:
    """As a folder that does not exist: a wrong URL must not pass for a quiet night."""
    originals = StoredOriginals(tmp_path / "work", (tmp_path / "nothing").as_uri())
    assert not originals.exist()
    with pytest.raises(FlowsError, match=r"nothing is there; pass the URL"):
        taken(originals, tmp_path / "home")
