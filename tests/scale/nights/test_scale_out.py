"""A night over several machines that share nothing but a store, a database and a scheduler."""

from __future__ import annotations

from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl
import pytest

from flows.settings.centre import Settings
from flows.stores.home_copy import bring_up_to_date
from flows.stores.opening import open_store
from flows.stores.own_folder import own_folder
from tests.night.recognitions.recorded_night import CALLS
from tests.scale.nights.dask_cluster import dask_cluster
from tests.scale.nights.ran_night import Ran, begin_night, end_night
from tests.scale.nights.test_stored_night import originals_in
from warehouse.ducklake.catalogue import writing
from warehouse.query.reader import open_snapshot

if TYPE_CHECKING:
    from tests.scale.servers import PostgresServer

pytestmark = pytest.mark.scale
_ROWS = "select * from core.{} order by all"
_TABLES = ("evaluation", "answer", "finding", "evidence", "turn")


@pytest.fixture
def shared(
    bucket: str, postgres: PostgresServer, database: str, monkeypatch: pytest.MonkeyPatch
) -> str:
    """URL of a store with the recordings of the night; a DuckLake beside it."""
    source = open_store(f"{bucket}/recordings")
    for path in filter(Path.is_file, CALLS.rglob("*")):
        source.put(path.relative_to(CALLS).as_posix(), path)
    monkeypatch.setenv("CALLQA_DUCKLAKE", postgres.dsn(database))
    monkeypatch.setenv("CALLQA_DUCKLAKE_DATA", f"{bucket}/lake")
    return bucket


def test_machines_that_share_a_store_evaluate_as_one_does(
    shared: str, embedded: Ran, tmp_path: Path, monkeypatch: pytest.MonkeyPatch
) -> None:
    """One of two workers is killed in the middle; every row is as that of one machine."""
    here, *workers = [tmp_path / name for name in ("run", "worker-1", "worker-2")]
    machines = [{"CALLQA_CACHE": str(cache)} for cache in workers]
    monkeypatch.setenv("CALLQA_CACHE", str(here))
    with dask_cluster(tmp_path, count=1, machines=machines) as cluster:
        process = begin_night(f"{shared}/callqa", cluster, f"{shared}/recordings")
        assert process.stdout is not None
        assert process.stdout.readline() == "done\n", process.communicate()
        cluster.kill_worker()
        assert process.poll() is None, "it was killed after the night"
        settings = Settings.with_overrides(home=Path(f"{shared}/callqa"))
        run = end_night(settings.home, process)
    assert not originals_in(here)
    assert _same_rows(run, embedded, f"{shared}/recordings")

    monkeypatch.setenv("CALLQA_CACHE", str(tmp_path / "analyst"))
    elsewhere = Settings.with_overrides(home=Path(f"{shared}/callqa"))
    assert elsewhere.home != settings.home
    bring_up_to_date(elsewhere.home)
    stored = Ran(elsewhere.home, run.quarantined)
    assert _same_rows(stored, embedded, f"{shared}/recordings")
    assert run.copies == stored.copies == embedded.copies
    assert not open_store(f"{shared}/callqa").files("batches")
    _check_ducklake(embedded)

    for cache in workers:
        monkeypatch.setenv("CALLQA_CACHE", str(cache))
        with own_folder():  # as the next worker of that machine
            assert not originals_in(cache)


def _same_rows(night: Ran, expected: Ran, url: str) -> bool:
    """Compare every table; the paths of recordings begin with where they are kept."""
    for table, rows in night.tables.items():
        wanted = expected.tables[table]
        if "recording_path" in wanted.columns:
            kept = pl.col("recording_path").str.replace(str(CALLS.resolve()), url, literal=True)
            wanted = wanted.with_columns(kept)
        assert rows.equals(wanted), table
    return True


def _check_ducklake(expected: Ran) -> None:
    """Compare what was published on PostgreSQL and S3 with the snapshot of one machine."""
    target = Settings.with_overrides().ducklake_target
    assert target is not None
    with writing(target) as lake, open_snapshot(expected.home / "warehouse") as snapshot:
        for table in _TABLES:
            wanted = [tuple(row) for row in snapshot.ask(_ROWS.format(table)).rows]
            assert wanted
            assert lake.execute(_ROWS.format(table)).fetchall() == wanted, table
