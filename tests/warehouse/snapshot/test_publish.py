"""A published snapshot is whole, checked, equal to the lake, and open to readers at any time."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

import duckdb
import pytest

from models.call import Quarantined, QuarantineReason
from qa_rules.results import Alternative, Outcome
from tests.warehouse.factory import CATALOGUE, GREETING, NIGHT, finding, night, result, run, turn
from warehouse.errors import GateError, SnapshotError
from warehouse.lake.schema import SCHEMAS
from warehouse.snapshot.publish import check_snapshot, current_snapshot, publish

if TYPE_CHECKING:
    from pathlib import Path

    from warehouse.lake.lake import Lake


def _rows(snapshot: Path, sql: str) -> list[tuple[Any, ...]]:
    with duckdb.connect(snapshot, read_only=True) as connection:
        return connection.execute(sql).fetchall()


def _content(snapshot: Path) -> dict[str, list[tuple[Any, ...]]]:
    tables = [*(f"core.{table}" for table in SCHEMAS), "core.rule", "core.quarantine", "meta.run"]
    tables += ["meta.lineage", "mart.agent_daily", "mart.rule_daily", "mart.flag_list"]
    return {table: sorted(_rows(snapshot, f"from {table}"), key=repr) for table in tables}


def test_a_snapshot_holds_what_the_lake_holds(lake: Lake, snapshots: Path) -> None:
    """Every table is filled, and `current.duckdb` opens the published file."""
    night(lake, "night-1", [result("c1"), result("c2", greeting=Outcome.FAIL)])
    published = publish(lake, snapshots)
    assert published == current_snapshot(snapshots)
    assert all(_rows(published, f"from core.{table}") for table in SCHEMAS)
    assert _rows(snapshots / "current.duckdb", "select flag_id from mart.flag_list") == [
        ("c2/script-greeting",)
    ]


def test_nothing_new_publishes_nothing(lake: Lake, snapshots: Path) -> None:
    """A second run over the same night leaves the snapshot as it is."""
    night(lake, "night-1", [result()])
    first = publish(lake, snapshots)
    night(lake, "night-2", [], seen_count=1, unchanged_count=1)
    assert publish(lake, snapshots) == first
    assert [path.name for path in snapshots.glob("qa-*")] == [first.name]


def test_a_snapshot_of_another_version_says_what_to_do(lake: Lake, snapshots: Path) -> None:
    """A report on it tells to publish again, in words; publishing again is all that it takes."""
    night(lake, "night-1", [result()])
    snapshot = publish(lake, snapshots)
    check_snapshot(snapshot)
    snapshot.chmod(0o600)
    with duckdb.connect(snapshot) as connection:
        connection.execute("update meta.snapshot set sql_sha256 = 'of an older version'")
    with pytest.raises(SnapshotError, match="`callqa run` publishes it again"):
        check_snapshot(snapshot)
    check_snapshot(publish(lake, snapshots))


def test_an_incremental_snapshot_equals_a_rebuilt_one(lake: Lake, snapshots: Path) -> None:
    """Late, corrected and re-evaluated calls end in the same rows either way."""
    night(lake, "night-1", [result("c1"), result("c2"), result("c3", greeting=Outcome.FAIL)])
    publish(lake, snapshots)
    next_day = NIGHT + timedelta(days=1)
    again = replace(result("c3"), rules_sha256="rules-2")
    corrected = result("c2", agent_id="a2", started_at=next_day)
    night(lake, "night-2", [again, corrected, result("c4", started_at=next_day), result("late")])
    incremental = publish(lake, snapshots)
    rebuilt = publish(lake, snapshots.with_name("rebuilt"))
    assert _content(incremental) == _content(rebuilt)
    assert len(_rows(rebuilt, "from core.call")) == 5


def test_older_results_stay_in_the_lineage(lake: Lake, snapshots: Path) -> None:
    """Of a call's results exactly one is current, and all are known."""
    night(lake, "night-1", [result()])
    night(lake, "night-2", [replace(result(), rules_sha256="rules-2")])
    lineage = _rows(publish(lake, snapshots), "select run_id, is_current from meta.lineage")
    assert sorted(lineage) == [("night-1", False), ("night-2", True)]


def test_a_run_tells_of_the_results_of_killed_runs_before_it(lake: Lake, snapshots: Path) -> None:
    """A killed run records nothing; its flags are listed by the run that completes the night."""
    lake.commit("killed", [result("c1", greeting=Outcome.FAIL)])
    night(lake, "night-1", [result("c2", greeting=Outcome.FAIL)])
    night(lake, "night-2", [result("c3", greeting=Outcome.FAIL)])
    told = _rows(publish(lake, snapshots), "select call_id, listed_run_id from mart.flag_list")
    assert sorted(told) == [("c1", "night-1"), ("c2", "night-1"), ("c3", "night-2")]


def test_a_flag_is_listed_once_however_often_its_call_is_judged(
    lake: Lake, snapshots: Path
) -> None:
    """A new flag of such a call is; so is an old one for a supervisor who was not told of it."""
    sql = "select call_id, rule_id, listed_run_id from mart.flag_list order by all"
    first = result("c1", greeting=Outcome.FAIL)
    night(lake, "night-1", [first, result("c2")])
    publish(lake, snapshots)
    again = [replace(first, rules_sha256="rules-2"), result("c2", greeting=Outcome.FAIL)]
    night(lake, "night-2", again)
    assert [(call, run) for call, _, run in _rows(publish(lake, snapshots), sql)] == [
        ("c1", "night-1"),
        ("c2", "night-2"),
    ]
    moved = replace(first, call=replace(first.call, supervisor_id="sv-9"))
    night(lake, "night-3", [moved])
    assert [(call, run) for call, _, run in _rows(publish(lake, snapshots), sql)] == [
        ("c1", "night-3"),
        ("c2", "night-2"),
    ]


def test_the_order_of_runs_is_not_that_of_the_clock(lake: Lake, snapshots: Path) -> None:
    """A clock that went back hides no flag: the newest run is the one that was recorded last."""
    sql = "select call_id, listed_run_id from mart.flag_list order by all"
    future = NIGHT + timedelta(days=365)
    night(lake, "night-1", [result("c1", greeting=Outcome.FAIL)], finished_at=future)
    publish(lake, snapshots)
    night(lake, "night-2", [result("c2", greeting=Outcome.FAIL)], finished_at=NIGHT)
    snapshot = publish(lake, snapshots)
    assert _rows(snapshot, sql) == [("c1", "night-1"), ("c2", "night-2")]
    assert _rows(snapshot, "select run_id from meta.snapshot") == [("night-2",)]


def test_a_run_whose_lists_were_never_written_is_told_by_the_next(
    lake: Lake, snapshots: Path
) -> None:
    """Killed once it was recorded, or once it was published: its flags come with the next list."""
    sql = "select call_id, listed_run_id from mart.flag_list order by call_id"
    lake.record_catalogue(CATALOGUE)
    lake.commit("killed-1", [result("c1", greeting=Outcome.FAIL)])
    lake.record_run(run("killed-1", 1), lists_written=False)
    later = NIGHT + timedelta(days=1)
    lake.commit("killed-2", [result("c2", greeting=Outcome.FAIL)])
    lake.record_run(run("killed-2", 1, finished_at=later), lists_written=False)
    assert _rows(publish(lake, snapshots), sql) == [("c1", "killed-2"), ("c2", "killed-2")]
    later += timedelta(days=1)
    night(lake, "night-3", [result("c3", greeting=Outcome.FAIL)], finished_at=later)
    told = [("c1", "night-3"), ("c2", "night-3"), ("c3", "night-3")]
    assert _rows(publish(lake, snapshots), sql) == told
    later += timedelta(days=1)
    night(lake, "night-4", [result("c4", greeting=Outcome.FAIL)], finished_at=later)
    assert _rows(publish(lake, snapshots), sql) == [*told, ("c4", "night-4")]


@pytest.mark.parametrize(
    ("broken", "gate", "row"),
    [
        (replace(result(), findings=(finding(), finding())), "one_finding_per_rule", "c1/script"),
        (replace(result(), findings=(replace(finding(), evidence=()),)), "evidence", "c1/script"),
        (
            replace(result(), findings=(replace(finding(), rule_version=9),)),
            "rules_are_known",
            "script-greeting version 9",
        ),
        (
            replace(
                result(),
                transcript=replace(result().transcript, turns=(turn("it is 4111 1111 1111 1111"),)),
            ),
            "no_long_numbers",
            "c1/turn 0",
        ),
        (
            replace(
                result(),
                alternatives=(
                    Alternative(
                        turn=1, words=turn("it is 4111 1111 1111 1111").words, pii_spans=()
                    ),
                ),
            ),
            "no_long_numbers",
            "c1/turn 1, recognised again",
        ),
        (
            replace(
                result(),
                transcript=replace(result().transcript, turns=(turn("good bye", 70.0),)),
            ),
            "times_in_order",
            "c1/turn 0",
        ),
        (
            replace(result(), evaluations=(replace(result().evaluations[0], score=42.0),)),
            "scores_can_be_recomputed",
            "c1/service",
        ),
    ],
)
def test_a_broken_promise_keeps_the_old_snapshot(
    lake: Lake, snapshots: Path, broken: Any, gate: str, row: str
) -> None:
    """A gate that fails names the rows by id, never by word, and nothing is published."""
    night(lake, "night-1", [result("fine")])
    old = publish(lake, snapshots)
    night(lake, "night-2", [broken])
    with pytest.raises(GateError) as caught:
        publish(lake, snapshots)
    assert gate in str(caught.value)
    assert row in str(caught.value)
    assert "4111" not in str(caught.value)
    assert current_snapshot(snapshots) == old
    assert len(_rows(old, "from core.call")) == 1


def test_a_run_that_does_not_add_up_is_not_published(lake: Lake, snapshots: Path) -> None:
    """No call is lost unnoticed."""
    night(lake, "night-1", [result()], seen_count=7)
    with pytest.raises(GateError, match="night-1"):
        publish(lake, snapshots)


def test_quarantine_is_published(lake: Lake, snapshots: Path) -> None:
    """A changed quarantine alone is news: it gives a new snapshot."""
    night(lake, "night-1", [result()])
    first = publish(lake, snapshots)
    bad = Quarantined(
        item="b.wav", call_id="b", reason=QuarantineReason.EMPTY_FILE, detail="It has no bytes."
    )
    lake.record_run(run("night-2", quarantined=(bad,)))
    second = publish(lake, snapshots)
    assert second != first
    assert _rows(second, "select item, run_id from core.quarantine") == [("b.wav", "night-2")]


def test_old_snapshots_go(lake: Lake, snapshots: Path) -> None:
    """Only the newest ones stay, whatever a killed build left is swept, and all stay readable."""
    snapshots.mkdir()
    (snapshots / "qa-killed.duckdb.tmp").write_text("half")
    for number in range(4):
        night(lake, f"night-{number}", [result(f"c{number}")])
        publish(lake, snapshots, keep=2)
    names = sorted(path.name for path in snapshots.glob("qa-*"))
    assert names == ["qa-night-2.duckdb", "qa-night-3.duckdb"]
    assert len(_rows(snapshots / "current.duckdb", "from core.call")) == 4


def test_an_unreadable_snapshot_is_built_anew(lake: Lake, snapshots: Path) -> None:
    """The lake is what counts: whatever became of the current file, the next one is whole."""
    night(lake, "night-1", [result()])
    damaged = publish(lake, snapshots)
    damaged.chmod(0o644)
    damaged.write_text("no database")
    assert len(_rows(publish(lake, snapshots), "from core.call")) == 1


def test_the_first_snapshot_may_be_empty(lake: Lake, snapshots: Path) -> None:
    """A night without any call is a night."""
    lake.record_catalogue(CATALOGUE)
    lake.record_run(run())
    published = publish(lake, snapshots)
    assert _rows(published, "from mart.flag_list") == []
    assert _rows(published, "select rule_id from core.rule where severity = 'major'") == [
        (GREETING.rule_id,)
    ]


_READER = """
import sys, duckdb
connection = duckdb.connect(sys.argv[1], read_only=True)
ask = "select count(*) from core.call, mart.agent_daily, mart.rule_daily"
print(connection.execute(ask).fetchone()[0] > 0, flush=True)
sys.stdin.readline()
print(connection.execute(ask).fetchone()[0] > 0, flush=True)
"""


def test_another_process_reads_while_the_next_snapshot_is_made(lake: Lake, snapshots: Path) -> None:
    """Neither side waits for the other or sees half a night."""
    night(lake, "night-1", [result("c1")])
    publish(lake, snapshots)
    command = [sys.executable, "-c", _READER, str(snapshots / "current.duckdb")]
    with subprocess.Popen(  # noqa: S603  our own interpreter, our own words
        command, stdin=subprocess.PIPE, stdout=subprocess.PIPE, text=True
    ) as reader:
        assert reader.stdout is not None
        assert reader.stdout.readline() == "True\n"
        night(lake, "night-2", [result("c2")])
        publish(lake, snapshots, keep=1)
        assert reader.communicate("go on\n")[0] == "True\n"
    assert len(_rows(snapshots / "current.duckdb", "from core.call")) == 2


def test_a_client_that_writes_to_the_published_file_does_no_harm(
    lake: Lake, snapshots: Path
) -> None:
    """Nobody may write to it; what an owner does to it nevertheless, the next run undoes."""
    night(lake, "night-1", [result("c1"), result("c2")])
    published = publish(lake, snapshots)
    assert published.stat().st_mode & 0o222 == 0
    whole = _content(published)
    published.chmod(0o600)
    with duckdb.connect(published) as client:
        client.execute("delete from core.call where call_id = 'c1'")
    rebuilt = publish(lake, snapshots)
    assert (rebuilt != published, current_snapshot(snapshots)) == (True, rebuilt)
    assert _content(rebuilt) == whole
    assert rebuilt.stat().st_mode & 0o222 == 0
    assert publish(lake, snapshots) == rebuilt


def test_what_a_client_wrote_is_not_copied_into_the_next_night(lake: Lake, snapshots: Path) -> None:
    """The next night's snapshot starts from the lake then, not from the changed file."""
    night(lake, "night-1", [result("c1"), result("c2")])
    published = publish(lake, snapshots)
    published.chmod(0o600)
    with duckdb.connect(published) as client:
        client.execute(
            "insert into core.quarantine from core.quarantine; create table mine (a int)"
        )
    night(lake, "night-2", [result("c3")])
    snapshot = publish(lake, snapshots)
    assert _rows(snapshot, "select count(*) from core.call") == [(3,)]
    assert not _rows(snapshot, "from duckdb_tables() where table_name = 'mine'")


def test_a_client_that_died_while_it_wrote_does_no_harm(lake: Lake, snapshots: Path) -> None:
    """It leaves a log beside the file, which every reader of that file would apply."""
    night(lake, "night-1", [result("c1")])
    published = publish(lake, snapshots)
    published.chmod(0o600)
    opens = "import duckdb, os, sys; c = duckdb.connect(sys.argv[1])"
    dies = f"{opens}; c.execute('delete from core.call'); os._exit(1)"
    subprocess.run([sys.executable, "-c", dies, published], check=False)  # noqa: S603
    assert published.with_name(f"{published.name}.wal").exists()
    assert len(_rows(publish(lake, snapshots), "from core.call")) == 1


def test_a_file_that_is_only_opened_stays_published(lake: Lake, snapshots: Path) -> None:
    """A client that asks for a connection that can write, and writes nothing."""
    night(lake, "night-1", [result("c1")])
    published = publish(lake, snapshots)
    published.chmod(0o600)
    with duckdb.connect(published) as client:
        client.execute("from core.call").fetchall()
    assert publish(lake, snapshots) == published
