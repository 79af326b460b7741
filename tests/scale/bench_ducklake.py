"""Time commits to a DuckLake on PostgreSQL as it grows: `make bench-ducklake`.

Calls of an invented lake arrive a few at a time, over many days, each batch as a snapshot of its
own that is published to the lake of a local PostgreSQL server. What is timed is that publication
alone: on the clock, and in processor time of the committer, which depends less on other work.
"""

from __future__ import annotations

import argparse
import json
import os
import platform
import statistics
import tempfile
import time
from pathlib import Path
from typing import TYPE_CHECKING

import duckdb

from tests.scale.servers import postgres_server
from tests.seed.seed import SeedPlan, write_seed
from warehouse.ducklake.catalogue import Target
from warehouse.ducklake.maintenance import maintain
from warehouse.ducklake.publish import publish as publish_lake
from warehouse.files import point_atomically
from warehouse.lake.lake import Lake
from warehouse.snapshot.connection import open_database
from warehouse.snapshot.publish import publish
from warehouse.snapshot.relations import TABLES
from warehouse.snapshot.tables import create_tables

if TYPE_CHECKING:
    from collections.abc import Iterator

_EDGE = 100


def main() -> None:
    """Commit batch by batch, and write the durations."""
    parser = argparse.ArgumentParser(description=__doc__)
    parser.add_argument("commits", type=int)
    parser.add_argument("calls", type=int, help="per commit")
    parser.add_argument("out", type=Path)
    parser.add_argument("--maintain-every", type=int, default=0)
    given = parser.parse_args()
    with tempfile.TemporaryDirectory() as folder, postgres_server() as server:
        version = server.run("show server_version").strip()
        target = Target(dsn=server.dsn(), data=str(Path(folder) / "data"))
        seconds, cpu, maintained = [], [], []
        for number, snapshots in enumerate(_batches(Path(folder), given.commits, given.calls), 1):
            start, start_cpu = time.perf_counter(), time.process_time()
            assert publish_lake(snapshots, target)
            seconds.append(time.perf_counter() - start)
            cpu.append(time.process_time() - start_cpu)
            if given.maintain_every and number % given.maintain_every == 0:
                start = time.perf_counter()
                maintain(target, keep_hours=0)
                maintained.append(time.perf_counter() - start)
            if number % _EDGE == 0:
                last = statistics.median(seconds[-_EDGE:]), statistics.median(cpu[-_EDGE:])
                print(number, f"{last[0]:.3f} s, {last[1]:.3f} s of processor time", flush=True)
        result = {
            "machine": {**_machine(), "postgresql": version},
            "calls_per_commit": given.calls,
            **_medians("s", seconds),
            **_medians("cpu_s", cpu),
            "seconds": seconds,
            "cpu_seconds": cpu,
            "maintain_seconds": maintained,
            "files": len(list(Path(target.data).rglob("*.parquet"))),
        }
    given.out.write_text(json.dumps(result, indent=1), encoding="utf-8")


def _machine() -> dict[str, object]:
    return {
        "cpu": platform.processor() or platform.machine(),
        "cores": len(os.sched_getaffinity(0)),
        "python": platform.python_version(),
        "duckdb": duckdb.__version__,
    }


def _medians(unit: str, found: list[float]) -> dict[str, float]:
    """Medians of the first and the last commits; the very first writes everything."""
    return {
        f"first_median_{unit}": statistics.median(found[1 : _EDGE + 1]),
        f"last_median_{unit}": statistics.median(found[-_EDGE:]),
    }


def _batches(folder: Path, commits: int, calls: int) -> Iterator[Path]:
    """The folder of snapshots after every batch: one file, to which the calls are added."""
    lake = Lake(folder / "lake", "Europe/Rome")
    write_seed(lake, SeedPlan(call_count=commits * calls, calls_per_night=calls * 5))
    whole = publish(lake, folder / "whole")
    snapshots = folder / "snapshots"
    snapshots.mkdir()
    draft = snapshots / "qa-bench.duckdb"
    with open_database(draft) as connection:
        create_tables(connection)
        connection.execute(f"attach '{whole}' as whole (read_only)")
        tables = _tables(connection)
        for name, columns in tables.items():
            if not {"call_date", "call_id"} <= columns and name != "meta.partition":
                connection.execute(f"insert into {name} from whole.{name}")
    point_atomically(snapshots / "current.duckdb", draft.name)
    for number in range(commits):
        with open_database(draft) as connection:
            connection.execute(f"attach '{whole}' as whole (read_only)")
            connection.execute(
                "create temp table batch as select call_date, call_id from whole.core.call"
                f" order by call_date, call_id limit {calls} offset {number * calls}"
            )
            for name, columns in tables.items():
                if {"call_date", "call_id"} <= columns:
                    connection.execute(
                        f"insert into {name} from whole.{name} semi join batch using (call_id)"
                    )
            connection.execute(
                "delete from meta.partition where call_date in (select call_date from batch)"
            )
            connection.execute(
                f"insert into meta.partition select distinct call_date, '{number}' from batch"
            )
            connection.execute(f"update meta.snapshot set lake_sha256 = '{number}'")
        yield snapshots


def _tables(connection: duckdb.DuckDBPyConnection) -> dict[str, set[str]]:
    found = connection.execute(
        "select schema_name || '.' || table_name, list(column_name) from duckdb_columns()"
        " where database_name = 'whole' and schema_name in ('core', 'meta') group by all"
    ).fetchall()
    views = connection.execute("select schema_name || '.' || view_name from duckdb_views()")
    no_tables = TABLES | {name for (name,) in views.fetchall()}
    return {name: set(columns) for name, columns in found if name not in no_tables}


if __name__ == "__main__":
    main()
