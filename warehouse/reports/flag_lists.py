"""The flag lists of a run: for each supervisor one page and one CSV file, and an index."""

from __future__ import annotations

import hashlib
import re
from dataclasses import dataclass
from typing import TYPE_CHECKING

import duckdb

from warehouse.files import replace_atomically
from warehouse.reports.flag_csv import flag_csv
from warehouse.reports.night_reading import NightReader
from warehouse.reports.pages import render

if TYPE_CHECKING:
    from pathlib import Path

    from warehouse.reports.night import RunNight, SupervisorNight

CAP = 20
"""Flags that a list holds: as many as a person can hear in a morning."""

SAMPLE_SIZE = 3
"""Calls drawn at random beside the flags."""


@dataclass(frozen=True, slots=True, kw_only=True)
class FlagListFile:
    """A written list.

    Attributes:
        supervisor_id: Whose it is.
        supervisor_name: For people.
        html: The page.
        csv: The same rows for a spreadsheet.
        flag_count: Flags on it.
        left_out_count: Flags beyond the cap; they are in `mart.flag_list`.
    """

    supervisor_id: str
    supervisor_name: str
    html: Path
    csv: Path
    flag_count: int
    left_out_count: int


def write_flag_lists(snapshot: Path, out: Path, run_id: str | None = None) -> list[FlagListFile]:
    """Write the lists of a run and an `index.html` that links them.

    Args:
        snapshot: A published snapshot.
        out: Folder of the lists; made if missing.
        run_id: The run; None for the last one that has anything to tell.

    Returns:
        One entry per supervisor, also for those with nothing to hear.
    """
    with duckdb.connect(snapshot, read_only=True) as connection:
        reader = NightReader(connection, run_id)
        run, nights = reader.run(), reader.supervisors(CAP, SAMPLE_SIZE)
    out.mkdir(parents=True, exist_ok=True)
    written = [_write(night, run, out) for night in nights]
    lists = list(zip(nights, written, strict=True))
    replace_atomically(out / "index.html", render("index.html", run=run, lists=lists))
    return written


def _write(night: SupervisorNight, run: RunNight | None, out: Path) -> FlagListFile:
    stem = _file_stem(night.supervisor_id)
    html, csv = out / f"{stem}.html", out / f"{stem}.csv"
    replace_atomically(html, render("flag_list.html", run=run, night=night, csv_name=csv.name))
    replace_atomically(csv, flag_csv(night))
    return FlagListFile(
        supervisor_id=night.supervisor_id,
        supervisor_name=night.supervisor_name,
        html=html,
        csv=csv,
        flag_count=len(night.flags),
        left_out_count=night.left_out_count,
    )


def _file_stem(supervisor_id: str) -> str:
    """A file name that stays in its folder and differs for different people."""
    plain = re.sub(r"[^A-Za-z0-9_-]+", "-", supervisor_id).strip("-")
    if plain == supervisor_id and plain.lower() != "index":
        return plain
    return f"{plain}-{hashlib.sha256(supervisor_id.encode()).hexdigest()[:8]}"
