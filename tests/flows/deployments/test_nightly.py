"""The nightly flow as an operator starts it, with the real listener: one call, and Prefect."""

from __future__ import annotations

import os
import shutil
import subprocess
import sys
from dataclasses import dataclass
from pathlib import Path

import duckdb
import pytest

from tests import kept
from tests.night.ground_truth import items
from tests.night.recognitions.recorded_night import CALLS as RECORDINGS

CALLQA = Path(sys.executable).with_name("callqa")
HEARD = "lt-0018"
"""A call with a tax code, a card number and its security code."""


@dataclass(frozen=True)
class Run:
    """One run: where it went and what it printed."""

    source: Path
    home: Path
    user_home: Path
    printed: str


def callqa(source: Path, home: Path, user_home: Path) -> str:
    """Run in a process of its own, without any user configuration; returns its output."""
    done = subprocess.run(  # noqa: S603  our own command
        [CALLQA, "run", source, "--home", home],
        env={**os.environ, "HOME": str(user_home), "CALLQA_WORKERS": "1"},
        cwd=user_home,
        text=True,
        stdout=subprocess.PIPE,
        stderr=subprocess.STDOUT,
        check=False,
    )
    assert done.returncode == 0, done.stdout
    return done.stdout


@pytest.fixture(scope="module")
def run(tmp_path_factory: pytest.TempPathFactory) -> Run:
    """A call and everything of the night that must not be evaluated but the copy of a call."""
    source, home, user_home = (tmp_path_factory.mktemp(name) for name in ("source", "home", "user"))
    for item in items():
        if item["item"] == HEARD or item["reason"] not in (None, "duplicate"):
            for name in item["files"]:
                shutil.copy(RECORDINGS / name, source)
    return Run(source, home, user_home, callqa(source, home, user_home))


def test_every_item_is_accounted_for(run: Run) -> None:
    """The terminal shows the totals, and the warehouse has the call that was evaluated."""
    assert "6 seen = 1 evaluated + 5 quarantined + 0 pending" in run.printed
    with duckdb.connect(run.home / "warehouse" / "current.duckdb", read_only=True) as connection:
        heard = connection.execute("select call_id, language from core.call").fetchall()
    assert heard == [(HEARD, "it")]


def test_no_protected_number_is_kept(run: Run) -> None:
    """Not in any file, Prefect's database included, nor in what was printed."""
    left = [*kept.texts(run.home), (Path("the terminal"), run.printed)]
    assert kept.protected_values(left) == []


def test_nothing_is_written_to_the_users_home(run: Run) -> None:
    """All that is kept lies where it can be found and erased."""
    assert [path for path in run.user_home.rglob("*") if path.is_file()] == []
