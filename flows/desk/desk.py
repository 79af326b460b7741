"""What the routes of the desk have in common."""

from __future__ import annotations

from dataclasses import dataclass
from datetime import datetime
from functools import cached_property
from typing import TYPE_CHECKING
from zoneinfo import ZoneInfo

from flows.desk.erasing.erasures import Erasures
from flows.desk.reading.calls import Calls
from flows.desk.records.database import Database, database_of, sqlite_url
from flows.desk.replay.replays import Replays
from warehouse.files import private_folder
from warehouse.lake.lake import Lake

if TYPE_CHECKING:
    from datetime import date
    from pathlib import Path

    from flows.settings.centre import Settings
    from flows.settings.desk import DeskSettings


@dataclass(frozen=True)
class Desk:
    """The desk of a home folder.

    Attributes:
        centre: Settings of the centre.
        settings: Settings of the desk.
    """

    centre: Settings
    settings: DeskSettings

    @property
    def home(self) -> Path:
        """The home folder."""
        return self.centre.home

    @cached_property
    def database(self) -> Database:
        """What people did at the desk; the tables are brought up to date on first use."""
        return open_database(self.home, self.settings)

    @cached_property
    def calls(self) -> Calls:
        """The published calls."""
        return Calls(self.centre)

    @cached_property
    def lake(self) -> Lake:
        """The lake, which has whole transcripts."""
        return Lake(self.centre.lake, self.centre.time_zone)

    @cached_property
    def replays(self) -> Replays:
        """What analysts try with other rules."""
        return Replays()

    def today(self) -> date:
        """The day in the centre's time zone."""
        return datetime.now(ZoneInfo(self.centre.time_zone)).date()

    @cached_property
    def heard(self) -> set[tuple[int, str, date]]:
        """Accounts, calls and days of which the audit trail says that somebody listened."""
        return set()

    @cached_property
    def erasures(self) -> Erasures:
        """What data protection officers have confirmed."""
        return Erasures(self.centre, self.database)

    def close(self) -> None:
        """Close snapshots and database, and end what runs beside."""
        self.erasures.close()  # waits
        self.replays.close()
        self.calls.close()
        self.database.close()


def open_database(home: Path, settings: DeskSettings) -> Database:
    """The records of the desk of a home folder, with up-to-date tables."""
    database = database_of(home, settings)
    if database is None:
        file = settings.file_in(home)
        private_folder(file.parent)
        database = Database(sqlite_url(file))
    database.migrate()
    return database
