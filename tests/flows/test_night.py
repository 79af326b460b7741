"""The steps of a run over the whole invented night, with the recognitions of three processors."""

from __future__ import annotations

import json
import re
import shutil
import subprocess
import sys
import time
from functools import cache
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
from flows.settings import Settings
from tests import kept
from tests.flows.silence import assert_cards_are_silent
from tests.night.ground_truth import CALLS, FOLDER, items, protected_spans
from tests.night.recognitions.recorded import RENDERINGS
from tests.night.recognitions.recorded_night import CALLS as RECORDINGS
from tests.night.recognitions.recorded_night import run_night

if TYPE_CHECKING:
    from collections.abc import Callable

    from flows.summary import RunSummary

CHECKOUT = Path(__file__).parents[2]

# Spans in which a recognised word still stands unmasked, by name; none but these may. A span that
# is masked now is taken out.
NOT_YET_MASKED: frozenset[str] = frozenset()


@pytest.fixture(scope="module")
def night_of(tmp_path_factory: pytest.TempPathFactory) -> Callable[[str], RunSummary]:
    """The night of a rendering, run once for all tests of this file."""
    return cache(lambda rendering: run_night(tmp_path_factory.mktemp(rendering), rendering))


@pytest.fixture(params=RENDERINGS)
def night(request: pytest.FixtureRequest, night_of: Callable[[str], RunSummary]) -> RunSummary:
    """The night as recognised on each of three processors."""
    return night_of(request.param)


@pytest.fixture
def home(night: RunSummary) -> Path:
    """Where the run keeps all that it keeps."""
    return night.overview.parent


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


def test_the_lists_are_there(night: RunSummary) -> None:
    """An index of flag lists links a page a supervisor, and each page its table."""
    pages = re.findall(r'href="([^"./]+\.html)"', (night.lists / "index.html").read_text("utf-8"))
    assert len(pages) == 2
    for page in pages:
        (table,) = re.findall(r'href="([^"]+\.csv)"', (night.lists / page).read_text("utf-8"))
        assert (night.lists / table).is_file()


def test_rules_say_what_people_say(home: Path) -> None:
    """On the night's labelled outcomes the stored findings reach a macro F1 of 0.95."""
    printed = callqa("rules", "test", "--labels", FOLDER, "--home", home)
    (macro_f1,) = re.findall(r"macro F1 +([0-9.]+)", printed)
    assert float(macro_f1) >= 0.95, printed


def test_replay_with_the_same_rules_prints_nothing(home: Path) -> None:
    """Judging the stored night again by unchanged rules changes nothing."""
    assert callqa("rules", "replay", "--home", home) == ""


def test_a_finding_can_be_explained(home: Path) -> None:
    """The call without a greeting: what was searched, and what came closest, with its time."""
    printed = callqa("rules", "explain", "lt-0009", "script-greeting", "--home", home)
    assert "fail" in printed
    assert "searched agent, 0.0 s to 25.0 s" in printed


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


def test_a_second_run_changes_nothing(night_of: Callable[[str], RunSummary]) -> None:
    """The same night again says so, keeps the snapshot, and no row of any relation differs."""
    night = night_of("avx2")
    before, target = kept.rows(night.snapshot), night.snapshot.resolve()
    again = run_night(night.overview.parent, "avx2")
    assert again.run.evaluated_count == 0
    assert again.change.startswith("Nothing changed")
    assert night.snapshot.resolve() == target
    assert kept.rows(night.snapshot) == before


def test_readers_are_served_while_a_night_runs(
    night_of: Callable[[str], RunSummary], tmp_path: Path
) -> None:
    """Read-only, with any DuckDB client, the marts answer throughout a run over the same home."""
    used, changed = tmp_path / "home", tmp_path / "calls"
    shutil.copytree(night_of("avx2").overview.parent, used, symlinks=True)
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
        "avx2",
        str(changed),
    ]
    with subprocess.Popen(command, cwd=CHECKOUT) as running:  # noqa: S603  our own module
        answers = 0
        while running.poll() is None:
            for mart in ("agent_daily", "rule_daily", "flag_list"):
                with duckdb.connect(snapshot, read_only=True) as connection:
                    assert connection.execute(f"select count(*) from mart.{mart}").fetchall()
            answers += 1
            time.sleep(0.2)
    assert running.returncode == 0
    assert answers > 1
