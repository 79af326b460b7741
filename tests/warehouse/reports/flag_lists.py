"""Write the flag lists of a snapshot alone, without the other pages of a night."""

from __future__ import annotations

from typing import TYPE_CHECKING

from warehouse.reports.flags.lists import CAP, SAMPLE_SIZE, FlagListFile, FlagLists
from warehouse.reports.flags.reader import NightReader
from warehouse.reports.site.layout import Site
from warehouse.snapshot.connection import open_database

if TYPE_CHECKING:
    from pathlib import Path


def write_flag_lists(
    snapshot: Path, out: Path, run_id: str | None = None, site: Site | None = None
) -> list[FlagListFile]:
    """Write the lists of a run, by default the last, into a folder."""
    with open_database(snapshot, read_only=True) as connection:
        reader = NightReader(connection, run_id)
        run, nights = reader.run(), reader.supervisors(CAP, SAMPLE_SIZE)
    return FlagLists(out, site or Site(out.parent)).write(run, nights)
