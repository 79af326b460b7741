"""A night on Dask workers: the same evaluations, whatever becomes of a worker."""

from __future__ import annotations

import shutil
from typing import TYPE_CHECKING

import pytest

from tests.night.recognitions.recorded_night import CALLS
from tests.scale.nights.dask_cluster import CHECKOUT, Cluster, dask_cluster
from tests.scale.nights.ran_night import ZONE, Ran, begin_night, end_night
from warehouse.lake.lake import Lake

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

pytestmark = pytest.mark.scale


@pytest.fixture(scope="module")
def cluster(tmp_path_factory: pytest.TempPathFactory) -> Iterator[Cluster]:
    """Two workers."""
    with dask_cluster(tmp_path_factory.mktemp("dask")) as started:
        yield started


def assert_same(night: Ran, expected: Ran) -> None:
    """The same rows in every table, the same copies, and nothing left of the batches."""
    for table, rows in night.tables.items():
        assert rows.equals(expected.tables[table]), table
    assert night.copies == expected.copies
    assert not list((night.home / "batches").iterdir())


def test_workers_evaluate_as_this_machine_does(
    cluster: Cluster, embedded: Ran, tmp_path: Path
) -> None:
    """Every row of every table is the same, and so are the redacted copies."""
    night = end_night(tmp_path, begin_night(tmp_path, cluster))
    assert len(night.tables["call"]) == 25
    assert_same(night, embedded)


def test_a_lost_worker_costs_and_doubles_no_call(
    cluster: Cluster, embedded: Ran, tmp_path: Path
) -> None:
    """Its batch is evaluated again by another worker, and each batch is committed once."""
    process = begin_night(tmp_path, cluster)
    assert process.stdout is not None
    assert process.stdout.readline() == "done\n"
    cluster.kill_worker()
    night = end_night(tmp_path, process)
    assert night.tables["call"]["call_id"].is_unique().all()
    assert_same(night, embedded)


def test_a_call_that_ends_workers_is_quarantined_alone(tmp_path: Path) -> None:
    """Its batch is halved until it is found; every other call is evaluated."""
    source, logs = tmp_path / "source", tmp_path / "logs"
    source.mkdir()
    logs.mkdir()
    fatal, *others = ("lt-0010", "lt-0016", "lt-0023")
    for call_id in (fatal, *others):
        for path in CALLS.glob(f"{call_id}.*"):
            shutil.copy(path, source)
    failures = {"DASK_DISTRIBUTED__SCHEDULER__ALLOWED_FAILURES": "0"}
    with dask_cluster(logs, environment=failures) as cluster:
        process = begin_night(tmp_path / "home", cluster, source, fatal)
        night = end_night(tmp_path / "home", process)
    assert night.quarantined == 1
    assert night.tables["call"]["call_id"].to_list() == others


def test_other_rules_on_a_worker_end_the_run(tmp_path: Path) -> None:
    """The error says which worker and what differs; no call is quarantined or stored."""
    home, logs, rules = tmp_path / "home", tmp_path / "logs", tmp_path / "rules"
    logs.mkdir()
    shutil.copytree(CHECKOUT / "qa_rules", rules)
    with (rules / "centre.yaml").open("a") as centre:
        centre.write("# another edition\n")
    with dask_cluster(logs, environment={"CALLQA_RULES": str(rules)}) as cluster:
        process = begin_night(home, cluster)
        _, errors = process.communicate(timeout=300)
    assert process.returncode != 0
    assert "rules (CALLQA_RULES" in errors
    assert not Lake(home / "lake", ZONE).days()
