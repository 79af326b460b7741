"""Seeds of random samples: which calls are drawn in a week follows from its seed alone."""

from __future__ import annotations

import secrets
from datetime import UTC, date, datetime
from typing import TYPE_CHECKING

from sqlalchemy import Date, String
from sqlalchemy.exc import IntegrityError
from sqlalchemy.orm import Mapped, mapped_column

from flows.desk.records.database import Record

if TYPE_CHECKING:
    from flows.desk.records.database import Database


class SampleSeed(Record):
    """The seed of a week.

    Attributes:
        week: Its Monday.
        seed: Drawn once, and kept, so that anybody can draw the same calls again.
    """

    __tablename__ = "sample_seed"

    week: Mapped[date] = mapped_column(Date, primary_key=True)
    seed: Mapped[str] = mapped_column(String(32))
    drawn_at: Mapped[datetime]


def seed_of(database: Database, week: date) -> str:
    """The seed of a week, drawn when somebody first asks."""
    with database.reading() as session:
        if there := session.get(SampleSeed, week):
            return there.seed
    seed = secrets.token_hex(16)
    try:
        with database.writing() as session:
            session.add(SampleSeed(week=week, seed=seed, drawn_at=datetime.now(UTC)))
    except IntegrityError:  # somebody asked at the same time
        return seed_of(database, week)
    return seed
