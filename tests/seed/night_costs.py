"""What a night costs in an empty warehouse and after many: `python -m tests.seed.night_costs`.

    python -m tests.seed.night_costs CALLS NIGHTS OUT.json

A night of CALLS invented calls is looked up, committed in batches of 64 as a run commits them, and
published: in an empty home, and after NIGHTS such nights. Each night runs in a process of its own,
so that its peak memory is its own. Times are processor time, of all threads. Recognition and pages
are left out.
"""

from __future__ import annotations

import json
import multiprocessing
import resource
import sys
import tempfile
import time
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING

import polars as pl

from tests.seed.seed import SeedPlan, catalogue, night_frames
from warehouse.lake.lake import Lake
from warehouse.snapshot.publish import current_snapshot, publish

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

_BATCH = 64
_ZONE = "Europe/Rome"


def main(call_count: int, night_count: int, out: Path) -> None:
    """Measure and write the figures."""
    plan = SeedPlan(call_count=call_count * (night_count + 1), calls_per_night=call_count)
    with tempfile.TemporaryDirectory(prefix="bench-nights-") as folder:
        empty, full = Path(folder) / "empty", Path(folder) / "full"
        first = _apart(_night, empty, plan, 0)
        for night in range(night_count):
            _apart(_earlier, full, plan, night)
        _apart(_published, full, plan, night_count)
        later = _apart(_night, full, plan, night_count)
    figures = {
        "calls": call_count,
        "nights_before": night_count,
        "first": first,
        "later": later,
        "ratio": {name: round(later[name] / first[name], 2) for name in first},
    }
    out.write_text(json.dumps(figures, indent=2) + "\n")
    print(json.dumps(figures, indent=2))


def _night(home: Path, plan: SeedPlan, night: int) -> dict[str, float]:
    """Milliseconds of processor time per call of the steps of a night, and the memory in MB."""
    batches = list(_batches(home, plan, night))
    call_ids = [call_id for batch in batches for call_id in batch["call"]["call_id"]]
    lake, day = Lake(home / "lake", _ZONE), plan.first_date + timedelta(days=night)
    base_mb = _peak_mb()
    begin_s = time.process_time()
    known = lake.identities()
    assert not any(map(known.get, call_ids))
    looked_s = time.process_time()
    lake.record_catalogue(catalogue(plan))
    for batch in batches:
        lake.commit_frames(f"night-{night:05}", {day: batch})
    committed_s = time.process_time()
    commit_mb = _peak_mb()
    publish(lake, home / "snapshots", keep=2)
    published_s = time.process_time()
    snapshot = current_snapshot(home / "snapshots")
    assert snapshot is not None
    per_call = 1000 / len(call_ids)
    return {
        "look_up_ms": round((looked_s - begin_s) * per_call, 4),
        "commit_ms": round((committed_s - looked_s) * per_call, 4),
        "publish_ms": round((published_s - committed_s) * per_call, 4),
        "all_ms": round((published_s - begin_s) * per_call, 4),
        "peak_until_committed_mb": commit_mb,
        "peak_mb": _peak_mb(),
        "base_mb": base_mb,
        "snapshot_mb": round(snapshot.stat().st_size / 1e6, 1),
    }


def _earlier(home: Path, plan: SeedPlan, night: int) -> dict[str, float]:
    lake, day = Lake(home / "lake", _ZONE), plan.first_date + timedelta(days=night)
    lake.record_catalogue(catalogue(plan))
    for batch in _batches(home, plan, night):
        lake.commit_frames(f"night-{night:05}", {day: batch})
    return {}


def _published(home: Path, _: SeedPlan, __: int) -> dict[str, float]:
    publish(Lake(home / "lake", _ZONE), home / "snapshots", keep=2)
    return {}


def _batches(home: Path, plan: SeedPlan, night: int) -> Iterator[dict[str, pl.DataFrame]]:
    """The rows of a night, a batch of calls at a time."""
    frames = night_frames(Lake(home / "lake", _ZONE), plan, night, plan.calls_per_night)
    calls = frames["call"]["call_id"].unique().sort()
    batch_of = pl.DataFrame({"call_id": calls}).with_columns(batch=pl.int_range(pl.len()) // _BATCH)
    parts = {
        table: frame.join(batch_of, on="call_id", maintain_order="left").partition_by(
            "batch", as_dict=True, include_key=False
        )
        for table, frame in frames.items()
    }
    empty = {table: frame.clear() for table, frame in frames.items()}
    for key in sorted(parts["call"]):
        yield {table: parts[table].get(key, empty[table]) for table in parts}


def _apart(
    step: Callable[[Path, SeedPlan, int], dict[str, float]], home: Path, plan: SeedPlan, night: int
) -> dict[str, float]:
    with multiprocessing.get_context("spawn").Pool(1) as pool:
        return pool.apply(step, (home, plan, night))


def _peak_mb() -> int:
    return resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


if __name__ == "__main__":
    main(int(sys.argv[1]), int(sys.argv[2]), Path(sys.argv[3]))
