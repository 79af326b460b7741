"""A night in a process of its own, and what it came to."""

from __future__ import annotations

import json
import os
import subprocess
import sys
from dataclasses import dataclass
from typing import TYPE_CHECKING

import polars as pl

from flows.settings.centre import CHECKOUT
from tests.night.recognitions.recorded_night import CALLS
from warehouse.lake.lake import Lake
from warehouse.lake.schema import SCHEMAS

if TYPE_CHECKING:
    from pathlib import Path

    from tests.scale.nights.dask_cluster import Cluster

ZONE = "Europe/Rome"


@dataclass(frozen=True)
class Ran:
    """What a night of `dask_night` came to."""

    home: Path
    quarantined: int

    @property
    def tables(self) -> dict[str, pl.DataFrame]:
        """Every row of its lake, without run and commit, in one order."""
        lake = Lake(self.home / "lake", ZONE)
        return {
            table: pl.read_parquet(lake.files(table), hive_partitioning=False)
            .drop("run_id", "commit_no", strict=False)
            .sort("call_id", maintain_order=True)
            for table in SCHEMAS
        }

    @property
    def copies(self) -> list[str]:
        """Its redacted copies, also of restricted calls."""
        return sorted(str(copy.relative_to(self.home)) for copy in self.home.rglob("*.opus"))


def begin_night(
    home: Path | str, cluster: Cluster | None, source: Path | str = CALLS, *option: str
) -> subprocess.Popen[str]:
    """Start a night in its own process."""
    settings = {"CALLQA_WORKERS": "1", "CALLQA_BATCH_SIZE": "4"}
    if cluster:
        settings["CALLQA_DASK"] = cluster.address
    return subprocess.Popen(  # noqa: S603  our own module
        [sys.executable, "-m", "tests.scale.nights.dask_night", str(home), str(source), *option],
        cwd=CHECKOUT,
        env={**os.environ, **settings},
        stdout=subprocess.PIPE,
        stderr=subprocess.PIPE,
        text=True,
    )


def end_night(home: Path, process: subprocess.Popen[str]) -> Ran:
    """Wait until it ends."""
    output, errors = process.communicate(timeout=300)
    assert process.returncode == 0, errors
    return Ran(home, json.loads(output.splitlines()[-1])["quarantined"])
