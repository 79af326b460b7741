"""The steps of a run over the whole invented night, with the recognition of one processor.

`tests/qa_rules/pii_detection/test_recognised_night.py` evaluates the recognitions of the others.
"""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import time
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb
import polars as pl
import pytest
from typer.testing import CliRunner

from flows.cli.app import app
from flows.deliver.delivering import Deliverer
from flows.deliver.drop import DropChannel
from flows.deliver.mail import message
from flows.deliver.parcel import parcels_of
from flows.settings.centre import Settings
from tests import kept
from tests.flows.silence import assert_cards_are_silent
from tests.night.ground_truth import CALLS, FOLDER, items, protected_spans
from tests.night.recognitions.recorded_night import CALLS as RECORDINGS
from tests.night.recognitions.recorded_night import run_night
from warehouse.lake.lake import Lake

if TYPE_CHECKING:
    from flows.summary import RunSummary

CHECKOUT = Path(__file__).parents[3]
PUBLISHED = "avx2"

# Spans in which a recognised word still stands unmasked, by name; none but these may. A span that
# is masked now is taken out.
NOT_YET_MASKED: frozenset[str] = frozenset()


@pytest.fixture(scope="module")
def night(tmp_path_factory: pytest.TempPathFactory) -> RunSummary:
    """The whole run."""
    return run_night(tmp_path_factory.mktemp(PUBLISHED), PUBLISHED)


@pytest.fixture(scope="module")
def home(night: RunSummary) -> Path:
    """The home of the run."""
    return night.overview.parent


def _lake(home: Path) -> Lake:
    settings = Settings.with_overrides(home=home)
    return Lake(settings.lake, settings.time_zone)


def callqa(*arguments: str | Path) -> str:
    """Run a command of ours; returns what it printed."""
    done = CliRunner().invoke(app, [str(argument) for argument in arguments])
    assert done.exit_code == 0, done.output
    return done.stdout


def test_every_item_is_accounted_for(night: RunSummary) -> None:
    """Seen = evaluated + quarantined + pending, each bad item with its reason."""
    listed = items()
    expected = {item["item"]: item["reason"] for item in listed if item["status"] == "quarantined"}
    with duckdb.connect(night.snapshot, read_only=True) as connection:
        found = dict(connection.execute("select item, reason from core.quarantine").fetchall())
        (evaluated,) = connection.execute("select count(*) from core.call").fetchall()[0]
    assert {Path(item).stem: reason for item, reason in found.items()} == expected
    assert evaluated == len(listed) - len(expected)
    assert night.counts == (
        f"{len(listed)} seen = {evaluated} evaluated + {len(expected)} quarantined + 0 pending"
    )


def test_every_good_call_is_in_the_lake(home: Path) -> None:
    """And no other."""
    assert {*_lake(home).identities()} == {
        item["item"] for item in items() if item["status"] != "quarantined"
    }


def test_flags_are_judged_on_two_recognitions(night: RunSummary) -> None:
    """The figures of the run are those of its findings, and the summary prints them."""
    run = night.run
    with duckdb.connect(night.snapshot, read_only=True) as connection:
        ((twice, differ, once, again_s),) = connection.execute(
            "select flag_read_twice_count, readings_differ_count, heard_once_count, read_again_s"
            " from meta.run"
        ).fetchall()
        ((flags, compared),) = connection.execute(
            "select count(*), count(*) filter (where reason_values::varchar like '%metric%')"
            " from core.finding where flagged"
        ).fetchall()
        ((found, alone),) = connection.execute(
            "select sum(readings_differ_count), sum(heard_once_count) from mart.data_quality"
        ).fetchall()
    assert (twice, differ, once) == (
        run.flag_read_twice_count,
        run.readings_differ_count,
        run.heard_once_count,
    )
    assert twice > 0
    assert twice - differ == flags - compared
    assert (differ, once) == (found, alone) == (found, 0)
    assert 0 < again_s < night.audio_s
    assert f"{twice} of {twice} flags judged on a second recognition" in night.read_twice


def test_the_lists_are_there(night: RunSummary) -> None:
    """An index of flag lists links a page a supervisor, and each page its table."""
    pages = re.findall(r'href="([^"./]+\.html)"', (night.lists / "index.html").read_text("utf-8"))
    assert len(pages) == 2
    for page in pages:
        (table,) = re.findall(r'href="([^"]+\.csv)"', (night.lists / page).read_text("utf-8"))
        assert (night.lists / table).is_file()


def test_the_accuracy_of_the_rules_is_printed(night: RunSummary) -> None:
    """With the examples of the rules: the stored findings reach a macro F1 of 0.95."""
    printed = callqa("rules", "test", "--labels", FOLDER, "--home", night.overview.parent)
    (macro_f1,) = re.findall(r"macro F1 +([0-9.]+)", printed)
    assert float(macro_f1) >= 0.95, printed


def test_replay_with_the_same_rules_prints_nothing(home: Path) -> None:
    """Judging the stored night again by unchanged rules changes nothing."""
    assert callqa("rules", "replay", "--home", home) == ""


def test_a_finding_can_be_explained(home: Path) -> None:
    """The call without a greeting: what was searched, and what came closest, with its time."""
    printed = callqa("rules", "explain", "lt-0009", "script-greeting", "--home", home)
    assert "fail" in printed
    assert re.search(r"searched agent, 0\.0 s to 2[5-9]\.\d s", printed)


def test_no_protected_number_is_kept(home: Path) -> None:
    """No digits and no number words of a protected value in any file."""
    assert kept.protected_values(kept.texts(home)) == []


def test_no_word_inside_a_protected_span_is_kept(home: Path) -> None:
    """Whatever was recognised during a spoken number is masked."""
    assert _unmasked(home) <= NOT_YET_MASKED


def test_delivered_lists_hold_nothing_protected(night: RunSummary, tmp_path: Path) -> None:
    """Each supervisor's list goes out, as files and as a mail, without any protected number."""
    drop, ledger = tmp_path / "drop", tmp_path / "ledger.jsonl"
    deliveries = Deliverer([DropChannel(drop)], ledger).deliver(night.lists)
    assert [one.state for one in deliveries] == ["sent"] * 2
    mails = [
        (Path(parcel.supervisor_id), str(message(parcel, "a@b.example", "c@d.example").get_body()))
        for parcel in parcels_of(night.lists)
    ]
    assert len(mails) == 2
    assert kept.protected_values([*kept.texts(drop), *mails]) == []


@pytest.mark.parametrize("call_id", ["lt-0001", "lt-0008", "lt-0015", "lt-0022"])
def test_cards_are_silent_in_copies(home: Path, call_id: str) -> None:
    """The copy lies in the place where the call's page looks for it."""
    with duckdb.connect(home / "warehouse" / "current.duckdb", read_only=True) as connection:
        ((started_at,),) = connection.execute(
            "select started_at from core.call where call_id = ?", [call_id]
        ).fetchall()
    folder = Settings.with_overrides(home=home).audio
    assert_cards_are_silent(folder.path_of(call_id, started_at), call_id)


def _unmasked(home: Path) -> frozenset[str]:
    parts = list((home / "lake" / "turn").rglob("*.parquet"))
    words = (
        pl.concat([pl.read_parquet(part) for part in parts])
        .explode("words")
        .with_columns(pl.col("words").struct.rename_fields(["word", "from_s", "to_s", "sure"]))
        .unnest("words")
        .with_columns(middle_s=(pl.col("from_s") + pl.col("to_s")) / 2)
        .filter(~pl.col("word").str.starts_with("["))
    )
    return frozenset(
        f"{call_id} {span['type']} at {span['start_s']}"
        for call_id in CALLS
        for span in protected_spans(call_id)
        if len(
            words.filter(
                pl.col("call_id") == call_id,
                pl.col("role").is_in([span["role"], "unknown"]),
                pl.col("middle_s").is_between(span["start_s"], span["end_s"]),
            )
        )
    )


def test_a_second_run_changes_nothing(night: RunSummary) -> None:
    """The same night again says so, keeps the snapshot, and no row of any relation differs."""
    before, target = kept.rows(night.snapshot), night.snapshot.resolve()
    again = run_night(night.overview.parent, PUBLISHED)
    assert again.run.evaluated_count == 0
    assert again.change.startswith("Nothing changed")
    assert night.snapshot.resolve() == target
    assert kept.rows(night.snapshot) == before


def test_readers_are_served_while_a_night_runs(night: RunSummary, tmp_path: Path) -> None:
    """Read-only, with any DuckDB client, the marts answer throughout a run over the same home."""
    used, changed = tmp_path / "home", tmp_path / "calls"
    shutil.copytree(night.overview.parent, used, symlinks=True)
    snapshot = used / "warehouse" / "current.duckdb"
    changed.mkdir()
    call = json.loads((RECORDINGS / "lt-0001.json").read_bytes()) | {"call_id": "lt-9001"}
    (changed / "lt-0001.json").write_text(json.dumps(call), encoding="utf-8")
    (changed / "lt-0001.flac").write_bytes((RECORDINGS / "lt-0001.flac").read_bytes() + b"\0")
    command = [
        sys.executable,
        "-m",
        "tests.night.recognitions.recorded_night",
        str(used),
        PUBLISHED,
        str(changed),
    ]
    with subprocess.Popen(command, cwd=CHECKOUT) as running:  # noqa: S603  our own module
        answers = 0
        while running.poll() is None:
            with duckdb.connect(snapshot, read_only=True) as connection:
                for mart in ("agent_daily", "rule_daily", "flag_list"):
                    assert connection.execute(f"select count(*) from mart.{mart}").fetchall()
            answers += 1
            time.sleep(0.5)
    assert running.returncode == 0
    assert answers > 1
