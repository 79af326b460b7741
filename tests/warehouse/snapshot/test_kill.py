"""A night may be killed at any moment: readers see a whole state, and running again completes."""

from __future__ import annotations

import shutil
import subprocess
import sys
from typing import TYPE_CHECKING, Any

import duckdb

from tests.warehouse.snapshot.killed_night import complete, first_night, second_night
from warehouse.lake.schema import SCHEMAS

if TYPE_CHECKING:
    from pathlib import Path

_MOMENTS = 20


def _run_and_kill(home: Path, kill_after_s: float) -> subprocess.CompletedProcess[str]:
    command = [
        sys.executable,
        "-m",
        "tests.warehouse.snapshot.killed_night",
        str(home),
        str(kill_after_s),
    ]
    return subprocess.run(  # noqa: S603  our own interpreter, our own module
        command, capture_output=True, text=True, check=False
    )


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
    finished = _run_and_kill(unkilled, 0)
    new = _content(unkilled)
    assert old["call"] != new["call"]

    killed_count = 0
    for moment in range(_MOMENTS):
        struck = shutil.copytree(home, tmp_path / f"struck-{moment}", symlinks=True)
        fraction = (moment + 0.5) / _MOMENTS
        killed = _run_and_kill(struck, fraction * float(finished.stdout))
        killed_count += killed.returncode != 0
        assert _content(struck) in (old, new)
        complete(struck, "night-2-again", second_night())
        assert _content(struck) == new
        leftovers = [path.name for path in (struck / "snapshots").iterdir() if ".tmp" in path.name]
        assert leftovers == []
    assert killed_count > 0, "no process was killed, so nothing was shown"
