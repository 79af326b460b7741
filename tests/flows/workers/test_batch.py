"""A batch on a worker of a cluster: evaluated into the store whole, or refused without harm."""

from __future__ import annotations

import shutil
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from flows.errors import FlowsError
from flows.settings.centre import CHECKOUT, Settings
from flows.sources.folder import take_in
from flows.stores.opening import open_store
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
