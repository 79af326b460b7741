"""What the routes of the desk have in common."""

from __future__ import annotations

from datetime import datetime
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


class Desk:
    """The desk of a home folder.

    Everything is there before the first request, since several come at once.

    Attributes:
        centre: Settings of the centre.
        settings: Settings of the desk.
        database: What people did at the desk, with up-to-date tables.
        calls: The published calls.
        lake: The lake, which has whole transcripts.
        replays: What analysts try with other rules.
        erasures: What data protection officers have confirmed.
        heard: Accounts, calls and days of which the audit trail says that somebody listened.
    """

    def __init__(self, centre: Settings, settings: DeskSettings) -> None:
        """Open the records; a snapshot is opened by the first who asks for calls."""
        self.centre, self.settings = centre, settings
        self.database = open_database(centre.home, settings)
        self.calls = Calls(centre)
        self.lake = Lake(centre.lake, centre.time_zone)
        self.replays = Replays()
        self.erasures = Erasures(centre, self.database)
        self.heard: set[tuple[int, str, date]] = set()

    @property
    def home(self) -> Path:
        """The home folder."""
        return self.centre.home

    def today(self) -> date:
        """The day in the centre's time zone."""
        return datetime.now(ZoneInfo(self.centre.time_zone)).date()

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
