"""A published DuckLake equals the snapshot, whoever interrupts or repeats its publication."""

from __future__ import annotations

import os
import signal
import subprocess
import sys
import time
from dataclasses import replace
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING, Any

import psycopg
import pytest
from typer.testing import CliRunner

from flows.cli.app import app
from flows.publishing import publish_all
from flows.settings.centre import Settings
from qa_rules.results import Outcome
from tests.warehouse.factory import NIGHT, night, result
from warehouse.ducklake.catalogue import Target, writing
from warehouse.ducklake.maintenance import erase, maintain
from warehouse.ducklake.publish import publish as publish_lake
from warehouse.errors import DuckLakeError
from warehouse.lake.lake import Lake
from warehouse.lake.removal import remove_calls
from warehouse.snapshot.connection import open_database
from warehouse.snapshot.publish import current_snapshot, publish

if TYPE_CHECKING:
    from collections.abc import Callable

    from tests.scale.servers import PostgresServer

    Rows = dict[str, list[tuple[Any, ...]]]

pytestmark = pytest.mark.scale
_CHECKOUT = Path(__file__).parents[2]
_HOLD = "select pg_advisory_lock(hashtext('callqa ducklake'))"
_CHILD = """
import sys
from pathlib import Path
from warehouse.ducklake.catalogue import Target
from warehouse.ducklake.publish import publish
print(publish(Path(sys.argv[1]), Target(dsn=sys.argv[2], data=sys.argv[3])))
"""


@pytest.fixture
def target(postgres: PostgresServer, database: str, tmp_path: Path) -> Target:
    """A lake that nothing was published to."""
    return Target(dsn=postgres.dsn(database), data=str(tmp_path / "data"))


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """An empty Parquet lake."""
    return Lake(tmp_path / "lake", "Europe/Rome")


@pytest.fixture
def snapshots(tmp_path: Path) -> Path:
    """The folder of its snapshots."""
    return tmp_path / "snapshots"


def _first_night(lake: Lake, snapshots: Path) -> None:
    night(lake, "night-1", [result("c1"), result("c2"), result("c3", greeting=Outcome.FAIL)])
    publish(lake, snapshots)


def _second_night(lake: Lake, snapshots: Path) -> None:
    """A late call, a new one, one that is judged again, and one that moves to another day."""
    next_day = NIGHT + timedelta(days=1)
    again = replace(result("c3"), rules_sha256="rules-2")
    moved = result("c2", agent_id="a2", started_at=next_day)
    night(lake, "night-2", [again, moved, result("c4", started_at=next_day), result("late")])
    publish(lake, snapshots)


def _of_snapshot(snapshots: Path) -> Rows:
    snapshot = current_snapshot(snapshots)
    assert snapshot is not None
    with open_database(snapshot, read_only=True) as connection:
        return _rows(connection.execute, "database_name = current_database()")


def _of_lake(target: Target) -> Rows:
    with writing(target) as connection:
        return _rows(connection.execute, "database_name = 'callqa'")


def _rows(execute: Callable[[str], Any], where: str) -> Rows:
    """Every row of every relation, and the relations' comments."""
    named = [
        f"select {schema}_name || '.' || {name} from duckdb_{kind}s() where {where}"
        " and not internal and schema_name in ('core', 'mart', 'meta')"
        for schema, name, kind in (
            ("schema", "table_name", "table"),
            ("schema", "view_name", "view"),
        )
    ]
    names = [name for (name,) in execute(" union all ".join(named)).fetchall()]
    found = {name: sorted(execute(f"from {name}").fetchall(), key=repr) for name in names}
    about = "select column_name, comment from duckdb_columns() where schema_name = 'core'"
    found["comments"] = sorted(
        execute(f"{about} and table_name = 'turn' and {where}").fetchall(), key=repr
    )
    return found


def test_a_lake_holds_what_the_snapshot_holds(lake: Lake, snapshots: Path, target: Target) -> None:
    """Tables, views and comments; after the second night the same as if written anew."""
    _first_night(lake, snapshots)
    assert publish_lake(snapshots, target)
    assert _of_lake(target) == _of_snapshot(snapshots)
    _second_night(lake, snapshots)
    assert publish_lake(snapshots, target)
    stepped = _of_lake(target)
    assert stepped == _of_snapshot(snapshots)
    assert sorted(row[1] for row in stepped["core.call"]) == ["c1", "c2", "c3", "c4", "late"]
    publish_lake(snapshots, target, whole=True)
    assert _of_lake(target) == stepped


def test_a_call_that_moves_to_another_day_leaves_the_first(
    lake: Lake, snapshots: Path, target: Target
) -> None:
    """Nothing else arrives for the first day, whose part of the Parquet lake stays as it is."""
    _first_night(lake, snapshots)
    publish_lake(snapshots, target)
    moved = result("c2", agent_id="a2", started_at=NIGHT + timedelta(days=40))
    night(lake, "night-2", [moved])
    publish(lake, snapshots)
    publish_lake(snapshots, target)
    assert _of_lake(target) == _of_snapshot(snapshots)


def test_only_changed_calls_are_replaced(lake: Lake, snapshots: Path, target: Target) -> None:
    """Of a night with one new call, that call is written; a second publication writes nothing."""
    _first_night(lake, snapshots)
    publish_lake(snapshots, target)
    assert not publish_lake(snapshots, target)
    before = _last_state(target)
    night(lake, "night-2", [result("c9")], seen_count=4, unchanged_count=3)
    publish(lake, snapshots)
    publish_lake(snapshots, target)
    state = _last_state(target)
    assert state == before + 1, "one transaction"
    assert _changed(target, "insertions", "core", "call", state) == [("c9",)]
    assert _changed(target, "deletions", "core", "call", state) == []
    assert _changed(target, "insertions", "core", "turn", state) == [("c9",)]
    assert _changed(target, "insertions", "meta", "lineage", state)
    assert not publish_lake(snapshots, target)
    assert _last_state(target) == state


def _last_state(target: Target) -> int:
    with writing(target) as connection:
        found = connection.execute("select max(snapshot_id) from ducklake_snapshots('callqa')")
        return int(found.fetchall()[0][0])


def _changed(
    target: Target, change: str, schema: str, table: str, state: int
) -> list[tuple[Any, ...]]:
    """The calls whose rows a transaction inserted or deleted."""
    with writing(target) as connection:
        return connection.execute(
            "select distinct call_id from"
            f" ducklake_table_{change}('callqa', '{schema}', '{table}', {state}, {state})"
        ).fetchall()


def _publish_in_child(snapshots: Path, target: Target) -> subprocess.Popen[str]:
    command = [sys.executable, "-c", _CHILD, str(snapshots), target.dsn, target.data]
    return subprocess.Popen(  # noqa: S603
        command, cwd=_CHECKOUT, stdout=subprocess.PIPE, stderr=subprocess.PIPE, text=True
    )


def _until(holds: Callable[[], bool]) -> None:
    end = time.monotonic() + 60
    while not holds():
        assert time.monotonic() < end, "it never came to that"
        time.sleep(0.05)


def _waiting(session: Any) -> int:
    """Sessions of publications that wait for a lock."""
    sql = "select count(*) from pg_stat_activity where wait_event_type = 'Lock'"
    return int(session.execute(sql).fetchone()[0])


def test_a_second_committer_waits_and_writes_nothing_twice(
    lake: Lake, snapshots: Path, target: Target
) -> None:
    """Two publications at once: one writes, the other finds the lake in step."""
    _first_night(lake, snapshots)
    publish_lake(snapshots, target)
    _second_night(lake, snapshots)
    before = _last_state(target)
    with psycopg.connect(target.dsn, autocommit=True) as session:
        session.execute(_HOLD)
        children = [_publish_in_child(snapshots, target) for _ in range(2)]
        _until(lambda: _waiting(session) == 2)
        assert session.execute(
            "select max(snapshot_id) from callqa.ducklake_snapshot"
        ).fetchone() == (before,)
    said = sorted(child.communicate(timeout=60)[0].strip() for child in children)
    assert said == ["False", "True"]
    assert _last_state(target) == before + 1
    assert _of_lake(target) == _of_snapshot(snapshots)


def test_a_killed_publication_changes_nothing_and_the_next_one_heals(
    lake: Lake, snapshots: Path, target: Target
) -> None:
    """Killed with its data files written and its transaction open, beside a newer snapshot."""
    _first_night(lake, snapshots)
    publish_lake(snapshots, target)
    first = _of_lake(target)
    _second_night(lake, snapshots)
    with (
        psycopg.connect(target.dsn) as holder,
        psycopg.connect(target.dsn, autocommit=True) as session,
    ):
        holder.execute("lock table callqa.ducklake_snapshot in exclusive mode")
        files = len(_files(target))
        child = _publish_in_child(snapshots, target)
        _until(lambda: _waiting(session) == 1)
        assert len(_files(target)) > files, "it has written files, and waits to commit them"
        os.kill(child.pid, signal.SIGKILL)
        child.communicate()
    assert _of_lake(target) == first
    assert publish_lake(snapshots, target)
    assert _of_lake(target) == _of_snapshot(snapshots)
    maintain(target, keep_hours=0)
    assert _of_lake(target) == _of_snapshot(snapshots)
    assert len(_files(target)) <= files, "files of the killed publication are gone"


def _files(target: Target) -> list[Path]:
    return list(Path(target.data).rglob("*.parquet"))


def test_maintenance_merges_files_and_changes_no_row(
    lake: Lake, snapshots: Path, target: Target
) -> None:
    """Ten nights leave small files in every table; afterwards there is one of each."""
    for number in range(10):
        night(lake, f"night-{number}", [result(f"c{number}")])
        publish(lake, snapshots)
        publish_lake(snapshots, target)
    before, files = _of_lake(target), len(_files(target))
    maintain(target, keep_hours=1)
    assert len(_files(target)) >= files, "older states are kept for whoever reads them"
    maintain(target, keep_hours=0)
    assert _of_lake(target) == before
    assert len(_files(target)) < files / 5


def test_an_erased_call_leaves_no_trace(
    lake: Lake, snapshots: Path, target: Target, postgres: PostgresServer
) -> None:
    """Neither in the data files, nor in older states, nor in the statistics of the catalogue."""
    night(lake, "night-1", [result("c1"), result("zz-erased")])
    publish(lake, snapshots)
    publish_lake(snapshots, target)
    assert b"zz-erased" in _traces(target, postgres)
    remove_calls(lake, ["zz-erased"])
    publish(lake, snapshots)
    publish_lake(snapshots, target)
    assert b"zz-erased" in _traces(target, postgres), "a delete alone keeps it"
    erase(snapshots, target)
    assert b"zz-erased" not in _traces(target, postgres)
    assert _of_lake(target) == _of_snapshot(snapshots)


def _traces(target: Target, postgres: PostgresServer) -> bytes:
    dump = [str(postgres.bin / "pg_dump"), target.dsn]
    catalogue = subprocess.run(dump, check=True, capture_output=True).stdout  # noqa: S603
    return catalogue + b"".join(path.read_bytes() for path in _files(target))


def test_no_error_contains_the_password(
    lake: Lake, snapshots: Path, postgres: PostgresServer, database: str, tmp_path: Path
) -> None:
    """Whatever is wrong with the server, the message names it without its password."""
    _first_night(lake, snapshots)
    data = str(tmp_path / "data")
    for dsn, said in (
        (postgres.dsn(database, password="open-sesame"), "password authentication failed"),
        (postgres.dsn("nowhere"), 'database "nowhere" does not exist'),
        (f"postgresql://callqa:open-sesame@127.0.0.1:1/{database}", "refused"),
        ("host=127.0.0.1 password=open-sesame nonsense", "not a connection string"),
    ):
        target = Target(dsn=dsn, data=data)
        with pytest.raises(DuckLakeError, match=said) as raised:
            publish_lake(snapshots, target)
        for shown in (str(raised.value), repr(target), repr(raised.value.__cause__)):
            assert "open-sesame" not in shown
            assert "not-a-secret" not in shown


def test_a_run_goes_on_without_its_lake_and_the_next_one_heals(
    lake: Lake, tmp_path: Path, target: Target, postgres: PostgresServer
) -> None:
    """The server is away: pages and lists are written, the fault is told; then it catches up."""
    night(lake, "night-1", [result("c1")])
    away = postgres._replace(port=1).dsn()
    given: dict[str, Any] = {"home": tmp_path, "ducklake_data": target.data}
    published = publish_all(Settings(**given, ducklake=away), lake)
    assert (published.snapshot.exists(), published.page_faults) == (True, ())
    assert "Connection refused" in published.lake_faults[0]
    assert "not-a-secret" not in published.lake_faults[0]
    healed = publish_all(Settings(**given, ducklake=target.dsn), lake)
    assert (healed.snapshot, healed.lake_faults) == (published.snapshot, ())
    assert _of_lake(target) == _of_snapshot(tmp_path / "warehouse")


def test_the_commands(
    lake: Lake, tmp_path: Path, target: Target, monkeypatch: pytest.MonkeyPatch
) -> None:
    """`callqa ducklake` prints lines without a password, and maintains the lake."""
    night(lake, "night-1", [result("c1")])
    for name, value in {
        "HOME": tmp_path,
        "DUCKLAKE": target.dsn,
        "DUCKLAKE_DATA": target.data,
    }.items():
        monkeypatch.setenv(f"CALLQA_{name}", str(value))
    publish_all(Settings.with_overrides(), lake)
    before = _of_lake(target)
    said = CliRunner().invoke(app, ["ducklake", "attach", "--user", "analysts"])
    assert said.output.startswith("attach 'ducklake:postgres:user=analysts ")
    assert said.output.endswith("use callqa;\n")
    assert "not-a-secret" not in said.output
    for words in (["maintain", "--keep-hours", "0"], ["maintain", "--erase"]):
        assert CliRunner().invoke(app, ["ducklake", *words], catch_exceptions=False).exit_code == 0
        assert _of_lake(target) == before
    assert "not-a-secret" not in CliRunner().invoke(app, ["config"]).output


def test_data_in_a_folder_that_cannot_be_written_is_said(
    lake: Lake, snapshots: Path, postgres: PostgresServer, database: str, tmp_path: Path
) -> None:
    """A file is in the way of the data folder; the catalogue is not left half filled."""
    _first_night(lake, snapshots)
    (tmp_path / "data").write_text("in the way")
    target = Target(dsn=postgres.dsn(database), data=str(tmp_path / "data"))
    with pytest.raises(DuckLakeError, match="cannot be reached or written"):
        publish_lake(snapshots, target)
    (tmp_path / "data").unlink()
    publish_lake(snapshots, target)
    assert _of_lake(target) == _of_snapshot(snapshots)
