"""A night that is killed: run as a process of its own by `test_kill.py`."""

from __future__ import annotations

import signal
import time
from dataclasses import replace
from datetime import timedelta
from typing import TYPE_CHECKING, Any

from qa_rules.results import Outcome
from tests.warehouse.factory import CATALOGUE, NIGHT, TIME_ZONE, result, run
from warehouse.lake.index.result_identity import identity_of
from warehouse.lake.lake import Lake
from warehouse.lake.upload_records import Review
from warehouse.snapshot.publish import publish

if TYPE_CHECKING:
    from multiprocessing.connection import Connection
    from pathlib import Path

    from qa_rules.results import CallResult

_BATCH = 5


def first_night() -> list[CallResult]:
    """Twenty calls on one day."""
    return [result(f"c{number:02}") for number in range(20)]


def second_night() -> list[CallResult]:
    """The next day's calls, late ones, a moved one, one under new rules, and the rest as before."""
    next_day: dict[str, Any] = {"started_at": NIGHT + timedelta(days=1)}
    old = {item.call.call_id: item for item in first_night()}
    old["c03"] = result("c03", **next_day)
    old["c04"] = replace(result("c04", greeting=Outcome.FAIL), rules_sha256="rules-2")
    new = [result(f"d{number:02}", **next_day) for number in range(10)]
    return [*old.values(), *new, *(result(f"late{number}") for number in range(3))]


def complete(home: Path, run_id: str, results: list[CallResult]) -> Path:
    """Commit in batches what the lake lacks, record reviews, publish: a night and a day's work."""
    lake = Lake(home / "lake", TIME_ZONE)
    lake.record_catalogue(CATALOGUE)
    known = lake.identities()
    missing = [item for item in results if known.get(item.call.call_id) != identity_of(item)]
    for first in range(0, len(missing), _BATCH):
        lake.commit(run_id, missing[first : first + _BATCH])
    lake.uploads.add("review", [_review(call.call.call_id) for call in results])
    lake.record_run(run(run_id, len(missing)))
    return publish(lake, home / "snapshots")


def _review(call_id: str) -> Review:
    return Review(
        review_id=f"review-of-{call_id}",
        call_id=call_id,
        rule_id="script-greeting",
        occasion="sample",
        machine_value="pass",
        human_value="pass",
        reviewer_id="s1",
        reviewed_at=NIGHT,
        reason="Heard it.",
    )


def struck_night(home: Path, kill_after_s: float, told: Connection) -> None:
    """Run the second night, print its seconds, and die after a delay; 0 means never."""
    # Nobody handles this alarm, so it ends the process at once and anywhere, native code included,
    # as kill -9 does.
    signal.setitimer(signal.ITIMER_REAL, kill_after_s)
    begin_s = time.monotonic()
    complete(home, "night-2", second_night())
    signal.setitimer(signal.ITIMER_REAL, 0)
    told.send(time.monotonic() - begin_s)
