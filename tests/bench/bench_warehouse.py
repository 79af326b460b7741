"""How fast the warehouse is: `python -m tests.bench.bench_warehouse N OUT.json`.

Seeds a lake of about N calls in nights of 3,000 (ten findings, seven answers, eight metrics and
TURNS turns a call, 60 by default; single words are left out), publishes it from nothing, publishes
one more night, queries every mart, and searches. Each step runs in a process of its own, so that
its peak memory is its own.
"""

from __future__ import annotations

import json
import multiprocessing
import os
import platform
import resource
import sys
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from tests.seed.seed import SeedPlan, write_night, write_seed
from warehouse.lake.lake import Lake
from warehouse.query.reader import open_snapshot
from warehouse.query.search import SearchFilter, search
from warehouse.snapshot.connection import open_database
from warehouse.snapshot.publish import current_snapshot, publish

if TYPE_CHECKING:
    from collections.abc import Callable
    from datetime import date

_QUESTIONS = {"call_search": "where call_date = $night and contains(text, 'refund')"}
"""The mart with one row per turn is filtered; of the others all rows are read."""


def main(call_count: int, out: Path) -> None:
    """Measure and write the figures."""
    turns_per_call = int(os.environ.get("TURNS", "60"))
    plan = SeedPlan(call_count=call_count, turns_per_call=turns_per_call)
    with tempfile.TemporaryDirectory(prefix="bench-warehouse-") as folder:
        home = Path(folder)
        seed_s, _ = _apart(_seed, home, plan)
        load_s, load_mb = _apart(_publish, home, plan)
        _apart(_one_more_night, home, plan)
        publish_s, publish_mb = _apart(_publish, home, plan)
        snapshot = current_snapshot(home / "snapshots")
        assert snapshot is not None, "just published"
        figures = {
            "cores": len(os.sched_getaffinity(0)),
            "python": platform.python_version(),
            "duckdb": duckdb.__version__,
            "calls": _count(snapshot, "core.call"),
            "turns_per_call": turns_per_call,
            "turns": _count(snapshot, "core.turn"),
            "nights": plan.night_count + 1,
            "seed_s": seed_s,
            "load_s": load_s,
            "publish_s": publish_s,
            "size_mb": round(snapshot.stat().st_size / 1e6, 1),
            "lake_mb": round(sum(path.stat().st_size for path in home.rglob("*.parquet")) / 1e6, 1),
            "peak_rss_mb": max(load_mb, publish_mb),
            "search_s": _search(home / "snapshots"),
            "marts": _marts(snapshot),
        }
    out.write_text(json.dumps(figures, indent=2) + "\n")
    print(json.dumps(figures, indent=2))


def _seed(home: Path, plan: SeedPlan) -> None:
    write_seed(Lake(home / "lake", "Europe/Rome"), plan)


def _one_more_night(home: Path, plan: SeedPlan) -> None:
    write_night(Lake(home / "lake", "Europe/Rome"), plan, plan.night_count)


def _publish(home: Path, _: SeedPlan) -> None:
    publish(Lake(home / "lake", "Europe/Rome"), home / "snapshots", keep=1)


def _apart(step: Callable[[Path, SeedPlan], None], home: Path, plan: SeedPlan) -> tuple[float, int]:
    """Seconds and peak memory in MB of a step in a fresh process."""
    context = multiprocessing.get_context("spawn")
    with context.Pool(1) as pool:
        return pool.apply(_measured, (step, home, plan))


def _measured(
    step: Callable[[Path, SeedPlan], None], home: Path, plan: SeedPlan
) -> tuple[float, int]:
    begin_s = time.perf_counter()
    step(home, plan)
    took_s = round(time.perf_counter() - begin_s, 2)
    return took_s, resource.getrusage(resource.RUSAGE_SELF).ru_maxrss // 1024


def _search(folder: Path) -> float:
    begin_s = time.perf_counter()
    with open_snapshot(folder) as snapshot:
        list(search(snapshot, "refund policy", SearchFilter(language="en")).rows)
    return round(time.perf_counter() - begin_s, 3)


def _marts(snapshot: Path) -> dict[str, float]:
    """Seconds of processor time until all rows of a query are fetched, by mart."""
    with open_database(snapshot, read_only=True) as connection:
        names = connection.execute(
            "select distinct table_name from duckdb_columns()"
            " where schema_name = 'mart' order by table_name"
        ).fetchall()
        (night,) = connection.execute("select max(call_date) from core.call").fetchone() or (None,)
        return {name: _asked(connection, name, night) for (name,) in names}


def _asked(connection: duckdb.DuckDBPyConnection, mart: str, night: date | None) -> float:
    question = _QUESTIONS.get(mart)
    begin_s = time.process_time()  # of all threads, and whatever else the machine does
    if question:
        connection.execute(f"from mart.{mart} {question}", {"night": night}).pl()
    else:
        connection.execute(f"from mart.{mart}").pl()
    return round(time.process_time() - begin_s, 3)


def _count(snapshot: Path, table: str) -> int:
    with open_database(snapshot, read_only=True) as connection:
        (count,) = connection.execute(f"select count(*) from {table}").fetchone() or (0,)
    return int(count)


if __name__ == "__main__":
    main(int(sys.argv[1]), Path(sys.argv[2]))
