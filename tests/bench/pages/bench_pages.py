"""How fast a night's pages are written: `python -m tests.bench.pages.bench_pages [CALLS]`.

3,000 calls of 800 words, judged by the real rules, of 300 agents and 30 supervisors: call pages,
flag lists, agents' and teams' pages, coaching sheets and management reports. Writing them runs in a
process of its own, so that its processor time and peak memory are its own.
"""

from __future__ import annotations

import datetime as dt
import multiprocessing
import resource
import sys
import tempfile
import time
from concurrent.futures import ProcessPoolExecutor
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple

from models.call import Recording
from qa_rules.assessing import assess
from qa_rules.rule_files.rulebook import load_rulebook
from tests.bench.bench_rules import CALL, RULES, invented_calls
from warehouse.audio_folder import AudioFolder
from warehouse.lake.lake import Lake
from warehouse.lake.records import RunRecord
from warehouse.lake.rule_catalogue import catalogue_of
from warehouse.reports.publishing import Publisher
from warehouse.reports.site.layout import Site
from warehouse.snapshot.publish import current_snapshot, publish

if TYPE_CHECKING:
    from collections.abc import Iterator

    from qa_rules.results import CallResult

CALLS = 3000
SUPERVISORS = 30
AGENTS = 300
TARGET_S = 60
_TIME_ZONE = "Europe/Rome"
_AT_ONCE = 250


class _Cost(NamedTuple):
    """The cost of writing the pages."""

    wall_s: float
    cpu_s: float
    peak_mb: int


def main(call_count: int) -> None:
    """Make a night, write its pages, print the cost."""
    with tempfile.TemporaryDirectory(prefix="bench-pages-") as folder:
        home = Path(folder)
        _make_night(home, call_count)
        with ProcessPoolExecutor(1, multiprocessing.get_context("spawn")) as pool:
            cost = pool.submit(_measured, home).result()
        pages = sum(1 for _ in home.rglob("*.html"))
        size_mb = sum(path.stat().st_size for path in home.rglob("*.html")) / 1e6
    print(f"{call_count:,} calls, {SUPERVISORS} supervisors: {pages:,} pages, {size_mb:,.0f} MB")
    print(f"wall {cost.wall_s:.1f} s (< {TARGET_S}), processor {cost.cpu_s:.1f} s")
    print(f"peak memory of a process {cost.peak_mb:,} MB")


def _make_night(home: Path, call_count: int) -> None:
    lake = Lake(home / "lake", _TIME_ZONE)
    rulebook = load_rulebook(RULES)
    lake.record_catalogue(catalogue_of(rulebook))
    recording = Recording(
        path=Path("invented.wav"),
        audio_sha256="invented",
        duration_s=400.0,
        channel_count=2,
        sample_rate_hz=8000,
    )
    judged = [assess(CALL, recording, heard, rulebook) for heard in invented_calls(rulebook)]
    started_at = dt.datetime.now(dt.UTC)
    for first in range(0, call_count, _AT_ONCE):
        numbers = range(first, min(first + _AT_ONCE, call_count))
        lake.commit("night", list(_copies(judged, numbers)))
    lake.record_run(
        RunRecord(
            run_id="night",
            source="invented",
            started_at=started_at,
            finished_at=dt.datetime.now(dt.UTC),
            seen_count=call_count,
            evaluated_count=call_count,
            unchanged_count=0,
            pending_count=0,
            quarantined=(),
            model_pin="invented",
            rules_sha256=rulebook.sha256,
        )
    )
    publish(lake, home / "warehouse")


def _copies(judged: list[CallResult], numbers: range) -> Iterator[CallResult]:
    """Copies of these calls, one per number, each for another agent."""
    for number in numbers:
        agent, supervisor = number % AGENTS, number % SUPERVISORS
        one = judged[number % len(judged)]
        call = replace(
            one.call,
            call_id=f"call-{number:05}",
            agent_id=f"agent-{agent}",
            agent_name=f"Agent {agent}",
            team=f"Team {supervisor}",
            supervisor_id=f"supervisor-{supervisor}",
            supervisor_name=f"Supervisor {supervisor}",
        )
        yield replace(one, call=call)


def _measured(home: Path) -> _Cost:
    begin_s = time.perf_counter()
    snapshot = current_snapshot(home / "warehouse")
    assert snapshot is not None, "just published"
    Publisher(
        lake=Lake(home / "lake", _TIME_ZONE),
        site=Site(home),
        audio=AudioFolder(home / "audio", _TIME_ZONE),
    ).publish(snapshot)
    own, children = (
        resource.getrusage(of) for of in (resource.RUSAGE_SELF, resource.RUSAGE_CHILDREN)
    )
    return _Cost(
        wall_s=time.perf_counter() - begin_s,
        cpu_s=sum(of.ru_utime + of.ru_stime for of in (own, children)),
        peak_mb=max(own.ru_maxrss, children.ru_maxrss) // 1024,
    )


if __name__ == "__main__":
    main(int(sys.argv[1]) if len(sys.argv) > 1 else CALLS)
