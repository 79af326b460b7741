"""What every test of the warehouse starts from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import pytest

from tests.warehouse.factory import TIME_ZONE
from warehouse.lake.lake import Lake

if TYPE_CHECKING:
    from pathlib import Path


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """An empty lake."""
    return Lake(tmp_path / "lake", TIME_ZONE)


@pytest.fixture
def snapshots(tmp_path: Path) -> Path:
    """The folder of snapshots, empty."""
    return tmp_path / "snapshots"
