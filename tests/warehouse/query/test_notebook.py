"""The analysts' notebook runs over a published warehouse, and every cell of it has something."""

from __future__ import annotations

import subprocess
import sys
from pathlib import Path

import pytest

from tests.seed.seed import SeedPlan, write_seed
from warehouse.lake.lake import Lake
from warehouse.query.charts import band_chart
from warehouse.snapshot.publish import publish

_NOTEBOOK = Path(__file__).parents[3] / "warehouse" / "query" / "notebook.py"


@pytest.fixture(scope="module")
def folder(tmp_path_factory: pytest.TempPathFactory) -> Path:
    """Two seeded weeks."""
    home = tmp_path_factory.mktemp("notebook")
    lake = Lake(home / "lake", "Europe/Rome")
    write_seed(lake, SeedPlan(call_count=700, calls_per_night=50, agent_count=12, turns_per_call=2))
    publish(lake, home / "warehouse")
    return home / "warehouse"


def test_it_runs_from_top_to_bottom(folder: Path) -> None:
    """As a script, which is the page without a browser; a cell that fails ends it with an error."""
    ran = subprocess.run(  # noqa: S603  our own interpreter, our own page
        [sys.executable, str(_NOTEBOOK), "--", "--warehouse", str(folder)],
        capture_output=True,
        text=True,
        check=False,
        cwd=_NOTEBOOK.parents[1],
    )
    assert ran.returncode == 0, ran.stderr


def test_every_table_of_it_has_rows(folder: Path, monkeypatch: pytest.MonkeyPatch) -> None:
    """What it shows of a warehouse with calls is never empty."""
    monkeypatch.setattr(sys, "argv", [str(_NOTEBOOK), "--", "--warehouse", str(folder)])
    from warehouse.query.notebook import app  # noqa: PLC0415  it reads its arguments when it is run

    _, defined = app.run()
    for name in ("weeks", "agents", "rules", "answer"):
        assert defined[name], name
    assert "<svg" in band_chart(defined["weeks"])


def test_a_chart_holds_its_points() -> None:
    """Each end is labelled, names are escaped, and empty data gives a text."""
    points = [
        {"week": "<b>", "value": 2.0, "low": 1.0, "high": 3.0},
        {"week": "last", "value": 3.0, "low": 2.0, "high": 5.0},
    ]
    chart = band_chart(points)
    assert "&lt;b&gt;" in chart
    assert ">last<" in chart
    assert ">5<" in chart
    assert "<svg" not in band_chart([])
