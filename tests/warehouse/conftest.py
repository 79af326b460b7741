"""What every test of the warehouse starts from."""

from __future__ import annotations

from typing import TYPE_CHECKING

import duckdb
import pytest

from tests.warehouse.factory import TIME_ZONE
from warehouse.lake.lake import Lake
from warehouse.snapshot.relations import create_relations
from warehouse.snapshot.tables import create_tables

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@pytest.fixture(scope="module")
def database() -> Iterator[duckdb.DuckDBPyConnection]:
    """An empty database with every relation and macro."""
    with duckdb.connect(":memory:") as connection:
        create_tables(connection)
        create_relations(connection)
        yield connection


@pytest.fixture
def lake(tmp_path: Path) -> Lake:
    """An empty lake."""
    return Lake(tmp_path / "lake", TIME_ZONE)


@pytest.fixture
def snapshots(tmp_path: Path) -> Path:
    """The folder of snapshots, empty."""
    return tmp_path / "snapshots"
