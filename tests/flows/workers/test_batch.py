"""A batch on a worker of a cluster: evaluated into the store whole, or refused without harm."""

from __future__ import annotations

import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from flows.errors import FlowsError
from flows.settings.centre import CHECKOUT, Settings
from flows.sources.folder import take_in
from flows.stores.file_store import FileStore
from flows.stores.opening import open_store
from flows.stores.originals import StoredOriginals
from flows.workers import remote
from flows.workers.batch import (
    Batch,
    read_calls,
    read_result,
    remove_batches,
    terms_of,
    write_calls,
)
from qa_rules.rule_files.rulebook import load_rulebook
from tests.night.recognitions.recorded import RecordedFactory
from warehouse.lake.store import StoreError

if TYPE_CHECKING:
    from pathlib import Path

CALLS = CHECKOUT / "tests" / "night" / "calls"
SHORT = ("lt-0010", "lt-0016")


@pytest.fixture(scope="module")
def rules_sha256() -> str:
    """Hash of the rules of the checkout."""
    return load_rulebook(CHECKOUT / "qa_rules").sha256


@pytest.fixture
def source(tmp_path: Path) -> Path:
    """Two short calls of the night."""
    folder = tmp_path / "source"
    folder.mkdir()
    for stem in SHORT:
        for path in CALLS.glob(f"{stem}.*"):
            shutil.copy(path, folder)
    return folder


@pytest.fixture
def batch(tmp_path: Path, rules_sha256: str) -> Batch:
    """A batch of a run, in a home of its own."""
    home = tmp_path / "home"
    home.mkdir()
    settings = Settings.with_overrides(home=home)
    return Batch("run-1", terms_of(settings, RecordedFactory("generic"), rules_sha256))


def test_a_batch_is_evaluated_into_the_home(batch: Batch, source: Path) -> None:
    """One file has every row, the copies are in place, and a second time changes nothing."""
    store, pairs = open_store(batch.terms.home), list(take_in(source, {}).ready)
    write_calls(store, batch, pairs)
    assert read_calls(store, batch) == pairs
    told = remote.evaluate(batch)
    first = read_result(store, batch)
    assert (told.evaluated_count, told.quarantined_count) == (len(SHORT), 0)
    assert first.call_ids == set(SHORT)
    assert remote.evaluate(batch) == told
    second = read_result(store, batch)
    assert second.tally == first.tally
    for day, tables in first.days.items():
        for table, rows in tables.items():
            assert rows.equals(second.days[day][table]), table
    copies = [one.path for one in store.files() if one.path.endswith(".opus")]
    assert len(copies) == len(SHORT)
    remove_batches(store)
    assert [one.path for one in store.files()] == copies


def test_other_rules_weights_or_versions_are_refused(batch: Batch) -> None:
    """Each difference is named, before any call is looked at."""
    terms = replace(
        batch.terms, model_pins=("other@000000000000",), rules_sha256="0" * 64, results_version=0
    )
    with pytest.raises(FlowsError) as refused:
        remote.evaluate(replace(batch, terms=terms))
    weights, rules, version = str(refused.value).splitlines()
    assert "expected other@000000000000" in weights
    assert "rules (CALLQA_RULES" in rules
    assert "version of callqa" in version


def test_without_the_folder_of_recordings_nothing_is_quarantined(
    batch: Batch, source: Path
) -> None:
    """A worker without the mount refuses the batch, and says what to mount."""
    store = open_store(batch.terms.home)
    write_calls(store, batch, take_in(source, {}).ready)
    shutil.rmtree(source)
    with pytest.raises(FlowsError, match="mount the folder of the recordings at the same path"):
        remote.evaluate(batch)
    assert [one.path for one in store.files()] == [batch.calls_path]


def test_recordings_of_a_store_are_fetched_and_removed(
    batch: Batch, source: Path, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """A worker has none of the folders of the run; one recording is gone meanwhile."""
    monkeypatch.setenv("CALLQA_CACHE", str(tmp_path / "cache"))
    url = source.as_uri()
    originals = StoredOriginals(tmp_path / "run", url)
    settings = Settings.with_overrides(home=tmp_path / "home", source=originals.folder)
    pairs = originals.shared(originals.take_in(settings, {}).ready)
    originals.keep_only([])
    shutil.rmtree(originals.folder)
    gone, here = (call.call_id for call, _ in pairs)
    next(source.glob(f"{gone}.wav")).unlink()
    batch = replace(batch, terms=replace(batch.terms, source=url))
    store = open_store(batch.terms.home)
    write_calls(store, batch, pairs)
    told = remote.evaluate(batch)
    assert (told.evaluated_count, told.quarantined_count) == (1, 1)
    result = read_result(store, batch)
    (tables,) = result.days.values()
    assert tables["call"]["recording_path"].to_list() == [f"{url}/{here}.wav"]
    (missing,) = result.tally.quarantined
    assert (missing.call_id, missing.item) == (gone, f"{url}/{gone}.wav")
    assert [one.path for one in result.copies] == [
        one.path for one in store.files() if one.path.endswith(".opus")
    ]
    assert not [*(tmp_path / "cache").rglob("*.wav")]


def test_a_store_of_recordings_that_is_out_of_reach_quarantines_nothing(
    batch: Batch, source: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """The worker says so instead, as without the mount of a folder."""
    originals = StoredOriginals(source, source.as_uri())
    pairs = originals.shared(take_in(source, {}).ready)
    for path in source.iterdir():
        path.unlink()

    def refused(*_: object) -> None:
        raise StoreError("access is refused")

    for name in ("get", "files"):
        monkeypatch.setattr(FileStore, name, refused)
    batch = replace(batch, terms=replace(batch.terms, source=source.as_uri()))
    write_calls(open_store(batch.terms.home), batch, pairs)
    with pytest.raises(StoreError, match="access is refused"):
        remote.evaluate(batch)
