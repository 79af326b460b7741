"""Sources with a folder per day: `recordings/{date}`."""

from __future__ import annotations

import re
from datetime import timedelta
from pathlib import Path
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

if TYPE_CHECKING:
    from datetime import date, datetime

DAY = "{date}"
"""What stands for the day in a source, as in 2026-03-10."""

_ISO_DATE = re.compile(r"\d{4}-\d{2}-\d{2}")


def has_day_folders(source: Path) -> bool:
    """Whether a source has a folder per day."""
    return DAY in str(source)


def day_before(moment: datetime, time_zone: str) -> date:
    """The day that was over at a moment, where that time zone is used."""
    return moment.astimezone(ZoneInfo(time_zone)).date() - timedelta(days=1)


def folder_of(source: Path, day: date) -> Path:
    """The folder of a day; the source itself if it has no folder per day."""
    return Path(str(source).replace(DAY, day.isoformat()))


def without_day(source: str) -> str:
    """A source with any date in it replaced, by which the folders of two days are compared."""
    return _ISO_DATE.sub(DAY, source)
