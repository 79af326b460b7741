"""Retention that was killed is completed by the next one; named people keep their own pages."""

from __future__ import annotations

import os
import shutil
import signal
import subprocess
import sys
from datetime import date, timedelta
from typing import TYPE_CHECKING, Any

import duckdb
import polars as pl
import pytest

from flows.governance.audit import verify
from flows.governance.holds import holds_of
from flows.governance.retention.expiry import apply, is_owed
from flows.governance.retention.plan import plan_of
from flows.publishing import publish_all
from flows.settings.centre import CHECKOUT, Settings
from qa_rules.results import Outcome
from tests.warehouse.factory import CATALOGUE, NIGHT, TIME_ZONE, night, result
from warehouse.lake.lake import Lake
from warehouse.lake.upload_records import Review

if TYPE_CHECKING:
    from pathlib import Path

_POLICY = """
policies:
  - {id: all, why: x, keep: {audio: 1 month, transcript: 2 months, score: 3 months}}
"""
_TODAY = date(2026, 6, 15)
"""Of three calls a month apart, the first goes, the second loses its words, the third its copy."""
_PARTS = 6
"""Into how many parts the kills divide what is written and removed."""

_APPLY = """
import os, signal, sys
from datetime import date
from pathlib import Path
from flows.governance.holds import holds_of
from flows.governance.retention.expiry import apply
from flows.governance.retention.plan import plan_of
from flows.settings.centre import Settings

home, policy, day, zone, last = sys.argv[1:]
settings = Settings(home=Path(home), retention=Path(policy), time_zone=zone)
plan, acts = plan_of(settings, holds_of(settings), date.fromisoformat(day)), 0

def count(event, arguments):
    global acts
    if event in {"os.remove", "os.rename", "os.rmdir", "os.symlink", "os.mkdir"}:
        acts += 1
        if acts == int(last):
            os.kill(os.getpid(), signal.SIGKILL)

sys.addaudithook(count)
apply(settings, plan)
print(acts)
"""
"""Applies the policy, counts what it does to files, and is killed before the one of a number."""


def _settings(folder: Path, home: Path) -> Settings:
    return Settings(home=home, retention=folder / "retention.yaml", time_zone=TIME_ZONE)


@pytest.fixture
def settings(tmp_path: Path) -> Settings:
    """A home folder with three listed calls."""
    (tmp_path / "retention.yaml").write_text(_POLICY, encoding="utf-8")
    settings = _settings(tmp_path, tmp_path / "home")
    lake = Lake(settings.lake, settings.time_zone)
    lake.record_catalogue(CATALOGUE)
    for number, days in enumerate((0, 31, 62), start=1):
        _keep(settings, lake, number, started_at=NIGHT + timedelta(days=days))
        publish_all(settings, lake)
    return settings


def _keep(settings: Settings, lake: Lake, number: int, **of_call: Any) -> None:
    one = result(f"call-{number}", greeting=Outcome.FAIL, **of_call)
    audio = settings.audio.restricted if one.call.restricted else settings.audio
    copy = audio.copy_of(one.call)
    copy.parent.mkdir(parents=True, exist_ok=True)
    copy.write_bytes(b"sound")
    night(lake, f"2026030{number + 2}T020000Z", [one])


def _apply_elsewhere(settings: Settings, last: int) -> subprocess.CompletedProcess[str]:
    arguments = [settings.home, settings.retention, _TODAY, TIME_ZONE, last]
    return subprocess.run(  # noqa: S603  our own code
        [sys.executable, "-c", _APPLY, *map(str, arguments)],
        stdout=subprocess.PIPE,
        text=True,
        cwd=CHECKOUT,
        env={**os.environ, "PYTHONPATH": str(CHECKOUT)},
        check=False,
    )


def _apply(settings: Settings) -> None:
    apply(settings, plan_of(settings, holds_of(settings), _TODAY))


def _state(settings: Settings) -> dict[str, object]:
    """What is stored and published: rows, names of pages and of copies."""
    lake = Lake(settings.lake, settings.time_zone)
    rows = {
        table: pl.concat([pl.read_parquet(file) for file in lake.files(table)]).rows()
        for table in ("call", "turn", "evidence")
    }
    with duckdb.connect(settings.warehouse / "current.duckdb", read_only=True) as db:
        published = db.execute("select call_id, text from core.turn order by all").fetchall()
    parts = {path.name for path in settings.lake.rglob("*.parquet")}
    pages = {
        str(path.relative_to(settings.home))
        for folder in ("audio", "calls", "lists", "search", "agents", "warehouse")
        for path in (settings.home / folder).rglob("*")
        if path.is_file()
    }
    return {"rows": rows, "published": published, "parts": parts, "pages": pages}


def test_a_killed_retention_is_completed_by_the_next(settings: Settings, tmp_path: Path) -> None:
    """Wherever it was killed: the same rows, pages and copies as without, and the trail is whole.

    It is killed before its first, middle and last acts on files, in a process of its own.
    """
    whole = _settings(tmp_path, tmp_path / "whole")
    shutil.copytree(settings.home, whole.home, symlinks=True)
    done = _apply_elsewhere(whole, 0)
    assert done.returncode == 0
    count = int(done.stdout)
    assert count > 2 * _PARTS
    expected = _state(whole)
    for part in range(_PARTS + 1):
        home = _settings(tmp_path, tmp_path / f"killed-{part}")
        shutil.copytree(settings.home, home.home, symlinks=True)
        killed = _apply_elsewhere(home, max(1, count * part // _PARTS))
        assert killed.returncode == -signal.SIGKILL
        assert is_owed(home) or part == 0
        _apply(home)
        assert not is_owed(home)
        assert _state(home) == expected
        assert not verify(home.home)
        assert plan_of(home, holds_of(home), _TODAY).is_empty


def test_pages_of_named_people_are_written_from_their_own(settings: Settings) -> None:
    """When a copy goes, the page of a restricted call keeps what people said of the call."""
    audiences = settings.home.parent / "audiences.yaml"
    audiences.write_text("audiences:\n  board: {all_calls: true, restricted: true}\n")
    settings = settings.model_copy(update={"audiences": audiences})
    lake = Lake(settings.lake, settings.time_zone)
    started_at = NIGHT + timedelta(days=62)
    _keep(settings, lake, 4, started_at=started_at, restricted=True)
    review = Review(
        review_id="r1",
        call_id="call-4",
        rule_id="script-greeting",
        occasion="flag",
        machine_value="fail",
        human_value="pass",
        reviewer_id="s1",
        reviewed_at=started_at,
        reason="Company and name are there.",
    )
    lake.uploads.add("review", [review])
    publish_all(settings, lake)
    pages = sorted(settings.home.rglob("call-4-*.html"))
    assert len(pages) == 2  # of restricted calls, and of the board
    for page in pages:
        assert ".opus" in page.read_text(encoding="utf-8")
        assert review.reason in page.read_text(encoding="utf-8")
    _apply(settings)
    assert sorted(settings.home.rglob("call-4-*.html")) == pages
    for page in pages:
        assert ".opus" not in page.read_text(encoding="utf-8")
        assert review.reason in page.read_text(encoding="utf-8")
