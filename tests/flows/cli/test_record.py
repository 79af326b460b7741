"""`callqa record` keeps what people supply, or says line by line what is wrong."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest
from typer.testing import CliRunner

from flows.cli.app import app
from flows.cli.record import Kind
from tests.warehouse.factory import TIME_ZONE, night, result
from warehouse.errors import UploadError
from warehouse.lake.lake import Lake
from warehouse.lake.upload_records import KINDS
from warehouse.snapshot.publish import publish

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def home(tmp_path: Path) -> Path:
    """A home with a night of one call."""
    lake = Lake(tmp_path / "lake", TIME_ZONE)
    night(lake, "night-1", [result("c1")])
    publish(lake, tmp_path / "warehouse")
    return tmp_path


def test_a_file_is_recorded_once(home: Path) -> None:
    """The counts show what was new."""
    file = home / "rates.csv"
    file.write_text("valid_from,hour_cost,currency\n2026-01-01,24,EUR\n")
    for told in ("1 new, 0 changed, 0 unchanged", "0 new, 0 changed, 1 unchanged"):
        ran = CliRunner().invoke(app, ["record", "rates", str(file), "--home", str(home)])
        assert ran.exit_code == 0
        assert told in ran.stdout


def test_a_wrong_file_is_an_error(home: Path) -> None:
    """The command ends with the errors, and nothing is recorded."""
    file = home / "rates.csv"
    file.write_text("valid_from,hour_cost,currency\n2026-01-01,much,EUR\n")
    with pytest.raises(UploadError, match=r"rates\.csv:2: hour_cost"):
        CliRunner().invoke(
            app, ["record", "rates", str(file), "--home", str(home)], catch_exceptions=False
        )


def test_every_kind_has_its_name() -> None:
    """What the warehouse can keep, the command line can record."""
    assert [kind.value for kind in Kind] == list(KINDS)
