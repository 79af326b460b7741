"""One run per home folder, run ids of their own, and an exit status that says how a run ended."""

from __future__ import annotations

import subprocess
import sys
from dataclasses import replace
from datetime import UTC, datetime
from pathlib import Path

import pytest

from flows.deliver.delivering import Delivery
from flows.errors import FlowsError
from flows.night.planning import new_run_id
from flows.operation.one_run import one_run
from flows.summary import RunSummary
from models.call import Quarantined, QuarantineReason
from warehouse.lake.records import RunRecord
from warehouse.reports.site.faults import PageFault

HOLD = """
import sys, time
from pathlib import Path
from flows.operation.one_run import one_run
with one_run(Path(sys.argv[1])):
    print("held", flush=True)
    time.sleep(60)
"""


def test_a_second_run_is_refused_by_name(tmp_path: Path) -> None:
    """The message names the process; when that process dies, the home is free."""
    holder = subprocess.Popen(  # noqa: S603  our own code
        [sys.executable, "-c", HOLD, str(tmp_path)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=Path(__file__).parents[3],
    )
    assert holder.stdout is not None
    assert holder.stdout.readline() == "held\n"
    with pytest.raises(FlowsError, match=f"process {holder.pid} on .*since"), one_run(tmp_path):
        pass
    holder.kill()
    holder.wait()
    holder.stdout.close()
    with one_run(tmp_path):
        pass


def test_a_home_that_cannot_be_written_is_named(tmp_path: Path) -> None:
    """As on a read-only disk: an error that says what to do, for root as well."""
    (tmp_path / "file").touch()
    home = tmp_path / "file" / "home"
    with pytest.raises(FlowsError, match=r"cannot be written \(.*\): give access"), one_run(home):
        pass


def test_two_runs_of_one_second_differ() -> None:
    """Also when the clock went back to the second of an earlier run."""
    moment = datetime(2026, 3, 10, 3, tzinfo=UTC)
    first = new_run_id(moment, set())
    second = new_run_id(moment, {first})
    assert first < second < new_run_id(moment.replace(second=1), set())
    assert len({first, second, new_run_id(moment, {first, second})}) == 3


def _summary(**run: object) -> RunSummary:
    moment = datetime(2026, 3, 10, 3, tzinfo=UTC)
    fields = {
        "run_id": "r1",
        "source": "/recordings",
        "started_at": moment,
        "finished_at": moment,
        "seen_count": 30,
        "evaluated_count": 30,
        "unchanged_count": 0,
        "pending_count": 0,
        "quarantined": (),
        "model_pin": "m",
        "rules_sha256": "0" * 64,
    }
    return RunSummary(
        run=RunRecord.model_validate({**fields, **run}),
        audio_s=1.0,
        wall_s=1.0,
        workers=1,
        overview=Path("index.html"),
        lists=Path("lists"),
        snapshot=Path("current.duckdb"),
        seen_before=200,
    )


def _corrupt(count: int) -> tuple[Quarantined, ...]:
    return tuple(
        Quarantined(
            item=f"{number}.wav",
            call_id=None,
            reason=QuarantineReason.CORRUPT_AUDIO,
            detail="not a recording",
        )
        for number in range(count)
    )


def test_an_ordinary_night_concerns_nobody() -> None:
    """A few broken files are ordinary."""
    assert _summary(quarantined=_corrupt(6)).concerns == []


@pytest.mark.parametrize(
    ("run", "said"),
    [
        ({"seen_count": 0}, "/recordings is empty, and the last run saw 200"),
        ({"quarantined": _corrupt(25)}, "25 of 30 items could not be opened"),
        ({"pending_count": 4}, "4 items are pending"),
    ],
)
def test_a_suspicious_night_says_why(run: dict[str, object], said: str) -> None:
    """Each cause is one line with what to do."""
    (concern,) = _summary(**run).concerns
    assert said in concern


def test_a_page_that_could_not_be_written_is_told_with_its_error() -> None:
    """One line per type of error, with the first pages by name, and a status of its own."""
    faults = [PageFault(f"calls/c{number}.html", "KeyError") for number in range(5)]
    summary = replace(_summary(), page_faults=(*faults, PageFault("index.html", "OverflowError")))
    first, second = summary.concerns
    assert first.startswith("5 pages could not be written (KeyError: calls/c0.html, calls/c1.html")
    assert "and 2 more" in first
    assert "OverflowError: index.html" in second


def test_lost_redacted_copies_are_told() -> None:
    """A folder of copies that is gone is not `nothing changed`."""
    (concern,) = replace(_summary(), copyless_count=30).concerns
    assert "30 calls" in concern
    assert "callqa repair" in concern


def test_undelivered_lists_are_one_line_per_cause() -> None:
    """Thirty supervisors without a list because of one server are one cause."""
    down = Delivery(
        channel="mail",
        supervisor_id="s1",
        target="a@centre.example",
        state="failed",
        problem="the server does not answer",
    )
    summary = replace(_summary(), deliveries=(down,) * 30)
    (concern,) = summary.concerns
    assert concern.startswith("30 lists could not be sent by mail (the server does not answer)")
