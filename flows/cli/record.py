"""`callqa record`: store from CSV files what no recording contains, such as reviews and rates."""

# No `from __future__ import annotations`: typer reads the parameters' types at run time.

from enum import StrEnum
from pathlib import Path
from typing import Annotated

import typer

from flows.cli.options import Home
from flows.governance.acts import uploaded
from flows.settings.centre import Settings
from flows.stores.home_copy import written
from warehouse.lake.lake import Lake
from warehouse.lake.upload_records import KINDS
from warehouse.query.reader import open_snapshot
from warehouse.upload_checks import Known
from warehouse.uploads import read_uploads


class Kind(StrEnum):
    """The files that can be recorded, as in `warehouse.lake.upload_records.KINDS`."""

    REVIEWS = "reviews"
    DISPUTES = "disputes"
    SESSIONS = "sessions"
    COMMITMENTS = "commitments"
    CALIBRATIONS = "calibrations"
    FOLLOW_UPS = "follow-ups"
    RATES = "rates"
    SCHEDULES = "schedules"
    SURVEYS = "surveys"


def record(
    kind: Annotated[Kind, typer.Argument(help="What the file contains.")],
    file: Annotated[
        Path,
        typer.Argument(
            exists=True,
            dir_okay=False,
            help="CSV file with the columns that warehouse/README.md lists.",
        ),
    ],
    home: Home = None,
) -> None:
    """Store reviews, disputes, coaching, follow-ups, rates, schedules or surveys of a CSV file.

    A row that was recorded before is replaced, so a corrected file can simply be recorded again.
    The next run publishes it.

    - `callqa record reviews reviews.csv`
    """
    settings = Settings.with_overrides(home=home)
    with written(settings.home):
        uploads = Lake(settings.lake, settings.time_zone).uploads
        with open_snapshot(settings.warehouse) as snapshot:
            records = read_uploads(file, kind.value, Known(snapshot, uploads))
        kept = uploads.add(KINDS[kind.value].table, records)
        uploaded(settings.home, kind.value, file, kept)
    typer.echo(f"{kind.value}: {kept.new} new, {kept.changed} changed, {kept.same} unchanged")
