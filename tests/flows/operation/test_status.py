"""What an operator and monitoring are told about a home folder, in every state of it."""

from __future__ import annotations

import json
import os
import signal
import subprocess
import sys
import time
from datetime import UTC, datetime, timedelta
from pathlib import Path

import pytest
from typer.testing import CliRunner

from flows.cli.app import app
from flows.errors import FlowsError
from flows.operation.journal import Ending
from flows.operation.progress import read_progress
from flows.operation.status import read_status
from flows.operation.watch import watched_run
from flows.settings.centre import Settings
from flows.summary import RunSummary
from models.call import Quarantined, QuarantineReason
from warehouse.lake.lake import Lake
from warehouse.lake.records import RunRecord

DAY = timedelta(hours=26)
SECRET = "Ana Ferrer 4111111111111111.wav"  # invented; a published test number
HOLD = """
import sys, time
from flows.operation.progress import call_progress
from flows.operation.watch import watched_run
from flows.settings.centre import Settings
settings = Settings.with_overrides(home=sys.argv[1])
with watched_run(settings, "nightly"), call_progress(settings.home, "evaluating", 40):
    print("held", flush=True)
    time.sleep(60)
"""

LOOK = """
import sys
from pathlib import Path
from flows.operation.one_run import holder_of
while True:
    holder_of(Path(sys.argv[1]))
"""


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A home folder that does not exist yet."""
    return Settings.with_overrides(home=tmp_path / "home")


def summary_of(
    run_id: str = "1",
    *,
    seen: int = 5,
    evaluated: int = 5,
    pending: int = 0,
    quarantined: tuple[Quarantined, ...] = (),
) -> RunSummary:
    """A run that published."""
    now = datetime.now(UTC)
    run = RunRecord(
        run_id=run_id,
        source="/recordings",
        started_at=now,
        finished_at=now,
        seen_count=seen,
        evaluated_count=evaluated,
        unchanged_count=0,
        pending_count=pending,
        quarantined=quarantined,
        model_pin="m",
        rules_sha256="0" * 64,
    )
    nowhere = Path("nowhere")
    return RunSummary(
        run=run,
        audio_s=1.0,
        wall_s=1.0,
        workers=1,
        overview=nowhere,
        lists=nowhere,
        snapshot=nowhere,
    )


def finished(settings: Settings, summary: RunSummary) -> None:
    """A run that published this."""
    with watched_run(settings, "nightly") as watch:
        Lake(settings.lake, settings.time_zone).record_run(summary.run)
        watch.ended(summary)


def test_before_the_first_run(settings: Settings) -> None:
    """It says how to begin, and creates nothing."""
    done = CliRunner().invoke(app, ["status", "--home", str(settings.home)])
    assert done.exit_code == 1
    assert "no run has published anything yet: callqa run" in done.output
    assert not settings.home.exists()


def test_all_done_is_0_pending_is_3_old_is_1(settings: Settings) -> None:
    """The exit status is what monitoring sees."""
    finished(settings, summary_of(seen=5, evaluated=5))
    command = ["status", "--home", str(settings.home), "--json"]
    assert CliRunner().invoke(app, command).exit_code == 0
    assert CliRunner().invoke(app, [*command, "--max-age", "0"]).exit_code == 1
    finished(settings, summary_of(run_id="2", seen=5, evaluated=3, pending=2))
    done = CliRunner().invoke(app, command)
    assert done.exit_code == 3
    fields = json.loads(done.stdout)
    assert (fields["pending"], fields["last_run"]["ending"]) == (2, "attention")


def test_parts_of_a_night_done_again_make_no_result_newer(settings: Settings) -> None:
    """A delivery or a publication is in the journal, and does not hide that no night ran since."""
    finished(settings, summary_of())
    night = read_status(settings).last
    for kind in ("publish", "deliver"):
        with watched_run(settings, kind) as watch:
            watch.causes += ["undelivered_mail"]
    status = read_status(settings)
    assert night
    assert status.last_success_at == night.ended_at
    assert status.last
    assert (status.last.kind, status.last.ending) == ("deliver", Ending.ATTENTION)
    assert [one.kind for one in status.attempts] == ["nightly", "publish", "deliver"]


def test_a_failed_run_is_told_and_the_log_has_no_names(settings: Settings) -> None:
    """The log names the class of the error and its place in the code, not its message."""
    with pytest.raises(FlowsError), watched_run(settings, "nightly"):
        raise FlowsError(f"{SECRET} cannot be read")
    status = read_status(settings)
    assert status.last
    assert status.last.ending is Ending.FAILED
    assert "ended by an error (FlowsError)" in status.failures(DAY)[0]
    log = (settings.home / "log" / "run.log").read_text()
    assert "error=FlowsError at=" in log
    assert "Ferrer" not in log
    assert "callqa_last_run_exit_status 1\n" in (settings.home / "metrics.prom").read_text()


@pytest.mark.parametrize(
    ("number", "ending"), [(signal.SIGKILL, "killed"), (signal.SIGINT, "interrupted")]
)
def test_a_run_in_progress_and_its_end(
    settings: Settings, number: signal.Signals, ending: str
) -> None:
    """While it runs: process, age and progress. Afterwards: how it ended, and the home is free."""
    holder = subprocess.Popen(  # noqa: S603  our own code
        [sys.executable, "-c", HOLD, str(settings.home)],
        stdout=subprocess.PIPE,
        stderr=subprocess.DEVNULL,
        cwd=Path(__file__).parents[3],
        env={**os.environ, "PYTHONPATH": "."},
    )
    try:
        assert holder.stdout
        assert holder.stdout.readline() == b"held\n"
        running = read_status(settings).running
        assert running
        assert f"process {holder.pid} " in running.holder
        assert running.age_s is not None
        assert (running.progress["done"], running.progress["total"]) == (0, 40)
    finally:
        holder.send_signal(number)
        holder.wait()
    status = read_status(settings)
    assert status.running is None
    assert ending in status.failures(DAY)[0]
    done = CliRunner().invoke(app, ["runs", "--home", str(settings.home), "--json"])
    (run,) = json.loads(done.stdout)
    assert run["ending"] == ending
    assert datetime.fromisoformat(run["began_at"]) <= datetime.now(UTC)
    finished(settings, summary_of())
    assert read_status(settings).failures(DAY) == []
    assert read_progress(settings.home) == {}


def test_looking_never_stops_a_run_from_starting(settings: Settings) -> None:
    """Monitoring may look at any moment, also at half past one."""
    looking = subprocess.Popen(  # noqa: S603  our own code
        [
            sys.executable,
            "-c",
            LOOK,
            str(settings.home),
        ],
        cwd=Path(__file__).parents[3],
    )
    try:
        time.sleep(0.5)
        for number in range(10):
            finished(settings, summary_of(run_id=str(number)))
    finally:
        looking.kill()
        looking.wait()


def test_metrics_are_openmetrics_and_hold_codes_only(settings: Settings) -> None:
    """Prometheus' own parser reads them; names of files are not in them."""
    parser = pytest.importorskip("prometheus_client.openmetrics.parser")
    item = Quarantined(
        item=SECRET, call_id=None, reason=QuarantineReason.CORRUPT_AUDIO, detail="not a recording"
    )
    finished(settings, summary_of(seen=9, evaluated=7, pending=1, quarantined=(item,)))
    text = (settings.home / "metrics.prom").read_text()
    families = {one.name: one.samples for one in parser.text_string_to_metric_families(text)}
    reasons = {one.labels["reason"]: one.value for one in families["callqa_quarantined_items"]}
    assert reasons["corrupt_audio"] == 1
    assert sum(reasons.values()) == 1
    assert families["callqa_pending_items"][0].value == 1
    assert families["callqa_last_run_exit_status"][0].value == 3
    log = (settings.home / "log" / "run.log").read_text()
    assert "quarantined=corrupt_audio count=1" in log
    assert "Ferrer" not in text + log
