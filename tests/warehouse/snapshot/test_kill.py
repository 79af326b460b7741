"""A night may be killed at any moment: readers see a whole state, and running again completes."""

from __future__ import annotations

import multiprocessing
import shutil
import signal
from typing import TYPE_CHECKING, Any

import duckdb

from tests.warehouse.snapshot.killed_night import complete, first_night, second_night, struck_night
from warehouse.lake.schema import SCHEMAS

if TYPE_CHECKING:
    from pathlib import Path

_MOMENTS = 10


def _run_and_kill(home: Path, kill_after_s: float) -> float | None:
    """How long the second night took in a process of its own; None if it was killed."""
    # A process that has loaded everything forks the nights: no time is lost, none starts cold.
    context = multiprocessing.get_context("forkserver")
    context.set_forkserver_preload(["tests.warehouse.snapshot.killed_night"])
    answer, told = context.Pipe(duplex=False)
    process = context.Process(target=struck_night, args=(home, kill_after_s, told))
    process.start()
    told.close()
    process.join()
    assert process.exitcode in (0, -signal.SIGALRM)
    return None if process.exitcode else float(answer.recv())


def _content(home: Path) -> dict[str, list[tuple[Any, ...]]]:
    """Every row that people read, without the run and the commit that brought it."""
    with duckdb.connect(home / "snapshots" / "current.duckdb", read_only=True) as connection:
        tables = {
            table: connection.execute(
                f"select columns(c -> c not in ('commit_no', 'run_id')) from core.{table}"
            ).fetchall()
            for table in (*SCHEMAS, "review")
        }
    return {table: sorted(rows, key=repr) for table, rows in tables.items()}


def test_killed_at_any_moment(tmp_path: Path) -> None:
    """Old or new, never between; and after one more run exactly what an unkilled night gives."""
    home = tmp_path / "home"
    complete(home, "night-1", first_night())
    old = _content(home)

    unkilled = shutil.copytree(home, tmp_path / "unkilled", symlinks=True)
    duration_s = _run_and_kill(unkilled, 0)
    assert duration_s is not None
    new = _content(unkilled)
    assert old["call"] != new["call"]

    killed_count = 0
    for moment in range(_MOMENTS):
        struck = shutil.copytree(home, tmp_path / f"struck-{moment}", symlinks=True)
        killed_count += _run_and_kill(struck, (moment + 0.5) / _MOMENTS * duration_s) is None
        assert _content(struck) in (old, new)
        complete(struck, "night-2-again", second_night())
        assert _content(struck) == new
        leftovers = [path.name for path in (struck / "snapshots").iterdir() if ".tmp" in path.name]
        assert leftovers == []
    assert killed_count > 0, "no process was killed, so nothing was shown"
