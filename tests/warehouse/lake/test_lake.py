"""The lake keeps every result whole, on its day, and tells the current one from older ones."""

from __future__ import annotations

import hashlib
import json
from dataclasses import asdict, replace
from datetime import UTC, datetime
from typing import TYPE_CHECKING

import duckdb
import polars as pl
import pytest

from models.call import Quarantined, QuarantineReason
from qa_rules.results import Outcome
from tests.warehouse.factory import CATALOGUE, NIGHT, night, result, run
from warehouse.errors import LakeError
from warehouse.lake.lake import Lake
from warehouse.lake.ledger_rows import quarantine_rows
from warehouse.snapshot.publish import publish

if TYPE_CHECKING:
    from pathlib import Path

_BAD = Quarantined(
    item="b.wav", call_id=None, reason=QuarantineReason.CORRUPT_AUDIO, detail="It does not open."
)


def test_results_come_back_as_they_went_in(lake: Lake) -> None:
    """Nothing that a result holds is lost or changed on the way to the disk and back."""
    results = [result("c1"), result("c2", greeting=Outcome.CANNOT_TELL)]
    lake.commit("night-1", results)
    assert list(lake.results()) == results
    assert list(lake.results(["c2"])) == results[1:]
    assert lake.identities() == {item.call.call_id: item.identity for item in results}


def test_an_empty_lake_is_readable(lake: Lake) -> None:
    """Before the first commit there are no identities, no results, and no folder."""
    assert lake.identities() == {}
    assert list(lake.results()) == []
    assert not lake.root.exists()


def test_a_call_belongs_to_the_day_on_which_it_started_in_the_sites_zone(lake: Lake) -> None:
    """23:30 UTC is already tomorrow in Rome."""
    lake.commit("night-1", [result(started_at=datetime(2026, 3, 2, 23, 30, tzinfo=UTC))])
    assert [str(manifest.call_date) for manifest in lake.manifests()] == ["2026-03-03"]


def test_a_second_evaluation_supersedes_the_first(lake: Lake) -> None:
    """The later commit is current; the older parts stay."""
    first = result()
    second = replace(first, rules_sha256="rules-2")
    lake.commit("night-1", [first])
    lake.commit("night-2", [second])
    assert list(lake.results()) == [second]
    assert lake.identities() == {"c1": second.identity}
    assert len(lake.files("call")) == 2


def test_a_call_whose_start_is_put_right_moves_to_its_day(lake: Lake) -> None:
    """Corrected metadata may move a call to another day; it is current in one of them only."""
    lake.commit("night-1", [result()])
    moved = result(started_at=NIGHT.replace(day=5))
    lake.commit("night-2", [moved])
    assert list(lake.results()) == [moved]


def test_parts_without_a_manifest_do_not_count(lake: Lake) -> None:
    """A part whose commit was killed before its manifest is as if it had never been written.

    The next commit to that day removes it.
    """
    lake.commit("night-1", [result("c1")])
    before = lake.files("call")
    manifest = lake.root / "manifest" / "call_date=2026-03-02.json"
    old = manifest.read_bytes()
    lake.commit("night-1", [result("c2")])
    manifest.write_bytes(old)
    assert lake.files("call") == before
    assert set(lake.identities()) == {"c1"}
    lake.commit("night-2", [result("c2")])
    assert set(lake.identities()) == {"c1", "c2"}
    assert sorted(lake.files("call")) == sorted((lake.root / "call").rglob("*.parquet"))


def test_two_results_of_one_call_in_one_commit_are_refused(lake: Lake) -> None:
    """Which of them is current could not be told."""
    with pytest.raises(LakeError, match="two results of c1"):
        lake.commit("night-1", [result("c1"), result("c1")])
    assert lake.files("call") == []


def test_a_lake_keeps_its_time_zone(lake: Lake) -> None:
    """Days of two zones in one lake would put calls on two days."""
    lake.commit("night-1", [result()])
    with pytest.raises(LakeError, match="Europe/Rome"):
        Lake(lake.root, "America/New_York")


def test_a_lake_from_before_a_column_was_asked_for_is_whole(lake: Lake, snapshots: Path) -> None:
    """Calls of older files are not restricted; those of newer ones say so."""
    lake.commit("night-1", [result("c1")])
    (file,) = lake.files("call")
    pl.read_parquet(file, hive_partitioning=False).drop("restricted").write_parquet(file)
    night(lake, "night-2", [result("c2", restricted=True)])
    assert {item.call.call_id: item.call.restricted for item in lake.results()} == {
        "c1": False,
        "c2": True,
    }
    with duckdb.connect(publish(lake, snapshots), read_only=True) as connection:
        rows = connection.execute("select call_id, restricted from core.call order by call_id")
        assert rows.fetchall() == [("c1", False), ("c2", True)]


def test_only_a_restricted_call_changes_its_identity() -> None:
    """Calls of a lake from before the field are not judged anew; a call that becomes one is."""
    plain, restricted = result().call, result(restricted=True).call
    assert plain.metadata_sha256 != restricted.metadata_sha256
    fields = {name: value for name, value in asdict(plain).items() if name != "restricted"}
    text = json.dumps(fields, default=str, sort_keys=True)
    assert plain.metadata_sha256 == hashlib.sha256(text.encode()).hexdigest()


def test_quarantine_is_what_the_last_run_over_a_source_set_aside(lake: Lake) -> None:
    """The same bad item twice is one row, a mended item goes, other sources stay."""
    other = replace(_BAD, item="x.wav")
    lake.record_run(run("night-1", quarantined=(_BAD,)))
    lake.record_run(run("night-2", quarantined=(other,), source="/other"))
    lake.record_run(run("night-3", quarantined=(_BAD,)))
    assert sorted(quarantine_rows(lake.runs())["item"]) == ["b.wav", "x.wav"]
    lake.record_run(run("night-4"))
    assert list(quarantine_rows(lake.runs())["item"]) == ["x.wav"]


def test_catalogues_come_back(lake: Lake, tmp_path: Path) -> None:
    """Recording a catalogue twice keeps it once."""
    lake.record_catalogue(CATALOGUE)
    lake.record_catalogue(CATALOGUE)
    assert Lake(tmp_path / "lake", "Europe/Rome").catalogues() == [CATALOGUE]
