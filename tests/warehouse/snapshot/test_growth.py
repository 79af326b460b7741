"""Marts of which only changed days are computed have the rows of marts that are computed whole."""

from __future__ import annotations

from datetime import timedelta
from typing import TYPE_CHECKING

import duckdb
import polars as pl
import pytest

from tests.seed.seed import SeedPlan, write_night
from tests.seed.supplies import supply_rates
from tests.warehouse.factory import TIME_ZONE
from warehouse.lake.lake import Lake
from warehouse.lake.upload_records import Review
from warehouse.snapshot import publish as publishing
from warehouse.snapshot.growth import GROWING
from warehouse.snapshot.publish import publish

if TYPE_CHECKING:
    from pathlib import Path

_PLAN = SeedPlan(call_count=3000, calls_per_night=300, agent_count=12, turns_per_call=3)
_NIGHTS = 10
_FIRST = 2
_REST = ("mart.coaching_candidates", "mart.cost", "mart.team_weekly", "mart.training_needs")
"""Marts that are computed whole, from some that grow."""


@pytest.fixture(scope="module")
def home(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Ten nights with late calls, published after most of them; then a review of an old answer."""
    home, monkeypatch = tmp_path_factory.mktemp("grown"), pytest.MonkeyPatch()
    lake = Lake(home / "lake", TIME_ZONE)
    supply_rates(lake, _PLAN.first_date)
    for night in range(_NIGHTS):
        write_night(lake, _PLAN, night)
        if night == _FIRST:
            publish(lake, home / "grown")
            monkeypatch.setattr(publishing, "_build_whole", _refused)
        elif night in (6, 8, _NIGHTS - 1):
            publish(lake, home / "grown")
    with duckdb.connect(home / "grown" / "current.duckdb", read_only=True) as connection:
        call_id, card, question, machine_value, call_date = connection.execute(
            "select call_id, scorecard_id, question, answer, call_date from core.answer"
            " where answer in ('yes', 'no') order by call_date, call_id, question limit 1"
        ).fetchall()[0]
    review = Review(
        review_id="late-review",
        call_id=call_id,
        scorecard_id=card,
        question=question,
        occasion="flag",
        machine_value=machine_value,
        human_value="no" if machine_value == "yes" else "yes",
        reviewer_id="s1",
        reviewed_at=f"{call_date + timedelta(days=40)}T09:00:00Z",
        reason="Heard it.",
    )
    lake.uploads.add("review", [review])
    publish(lake, home / "grown")
    monkeypatch.undo()
    publish(lake, home / "rebuilt")
    return home


def _refused(*_: object) -> None:
    raise AssertionError("a snapshot was built whole instead of grown")


@pytest.mark.parametrize("mart", [*GROWING, *_REST])
def test_a_grown_mart_equals_a_rebuilt_one(home: Path, mart: str) -> None:
    """Late calls, new weeks, settled contacts and a review of an old call included."""
    frames = []
    for name in ("grown", "rebuilt"):
        with duckdb.connect(home / name / "current.duckdb", read_only=True) as connection:
            rows = connection.execute(f"from {mart} order by all").pl()
        frames.append(rows.with_columns(pl.selectors.float().round(6)))
    assert frames[0].equals(frames[1])
    assert frames[0].height > 0 or mart == "mart.coaching_candidates"
