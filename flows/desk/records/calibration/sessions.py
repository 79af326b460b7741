"""Calibration sessions: several people rate the same calls, blind, and an expert does, too.

Nobody gets somebody else's rating from here before the session is closed, whatever their role.
"""

from __future__ import annotations

from datetime import UTC, date, datetime
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import ForeignKey, String, UniqueConstraint, func, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from flows.desk.records.accounts import Account
from flows.desk.records.database import Record
from warehouse.lake.upload_records import Calibration

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator

    from sqlalchemy.orm import Session

    from warehouse.lake.upload import Upload


class CalibrationSession(Record):
    """A session.

    Attributes:
        session_id: Random, as in `core.calibration`.
        expert_id: Account of the one rater from whom the others' deviation is measured.
        ends_at: When it closes, unless somebody closes it before.
        closed_at: When somebody closed it; null if nobody did.
    """

    __tablename__ = "calibration_session"

    session_id: Mapped[str] = mapped_column(String(32), primary_key=True)
    name: Mapped[str] = mapped_column(String(200))
    made_by: Mapped[int] = mapped_column(ForeignKey("account.account_id"))
    expert_id: Mapped[int] = mapped_column(ForeignKey("account.account_id"))
    created_at: Mapped[datetime]
    ends_at: Mapped[datetime]
    closed_at: Mapped[datetime | None]

    raters: Mapped[list[CalibrationRater]] = relationship(order_by="CalibrationRater.account_id")
    items: Mapped[list[CalibrationItem]] = relationship(order_by="CalibrationItem.position")

    @property
    def is_closed(self) -> bool:
        """Whether ratings are final, and shown to everybody who took part."""
        return self.closed_at is not None or self.ends_at <= datetime.now(UTC)

    def has_rater(self, account_id: int) -> bool:
        """Whether somebody rates in it."""
        return any(rater.account_id == account_id for rater in self.raters)


class CalibrationRater(Record):
    """Somebody who rates in a session; its expert is one of them."""

    __tablename__ = "calibration_rater"

    session_id: Mapped[str] = mapped_column(
        ForeignKey("calibration_session.session_id"), primary_key=True
    )
    account_id: Mapped[int] = mapped_column(ForeignKey("account.account_id"), primary_key=True)

    account: Mapped[Account] = relationship()


class CalibrationItem(Record):
    """A finding or an answer that all raters of a session judge.

    Attributes:
        position: Its place in the session, from 1.
        observes: Whether it is a rule that observes, which is heard or not.
    """

    __tablename__ = "calibration_item"
    __table_args__ = (UniqueConstraint("session_id", "position"),)

    item_id: Mapped[int] = mapped_column(primary_key=True)
    session_id: Mapped[str] = mapped_column(ForeignKey("calibration_session.session_id"))
    position: Mapped[int]
    call_id: Mapped[str] = mapped_column(String(200))
    call_date: Mapped[date]
    rule_id: Mapped[str | None] = mapped_column(String(200))
    scorecard_id: Mapped[str | None] = mapped_column(String(200))
    question: Mapped[str | None] = mapped_column(String(200))
    title: Mapped[str] = mapped_column(String(500))
    observes: Mapped[bool]

    @property
    def values(self) -> tuple[str, ...]:
        """What a rater may choose, in the order of the keys 1 to 4."""
        if self.rule_id is None:
            return ("yes", "no", "na", "unknown")
        if self.observes:
            return ("observed", "not_applicable", "cannot_tell")
        return ("pass", "fail", "not_applicable", "cannot_tell")


class CalibrationRating(Record):
    """A rater's value for an item; the one with the highest number counts.

    Attributes:
        number: Of a rater's ratings of the item, from 1; two at once cannot have the same.
    """

    __tablename__ = "calibration_rating"
    __table_args__ = (UniqueConstraint("item_id", "account_id", "number"),)

    rating_id: Mapped[int] = mapped_column(primary_key=True)
    item_id: Mapped[int] = mapped_column(ForeignKey("calibration_item.item_id"))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.account_id"))
    number: Mapped[int]
    value: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str | None] = mapped_column(String(2000))
    rated_at: Mapped[datetime]

    item: Mapped[CalibrationItem] = relationship()
    account: Mapped[Account] = relationship()


class BlindError(Exception):
    """Ratings were asked for that nobody may see yet."""


class Progress(NamedTuple):
    """How far a rater is; it says nothing about values."""

    name: str
    is_expert: bool
    rated: int


def sessions_of(session: Session, account_id: int | None) -> list[CalibrationSession]:
    """The sessions in which somebody rates, or all of them for None; the newest first."""
    statement = select(CalibrationSession).order_by(CalibrationSession.created_at.desc())
    if account_id is not None:
        statement = statement.join(CalibrationRater).where(
            CalibrationRater.account_id == account_id
        )
    return list(session.scalars(statement))


def own_ratings(session: Session, session_id: str, account_id: int) -> dict[int, CalibrationRating]:
    """Somebody's own ratings in a session, by item."""
    return {
        one.item_id: one for one in _latest(session, session_id) if one.account_id == account_id
    }


def ratings_of_all(session: Session, calibration: CalibrationSession) -> list[CalibrationRating]:
    """Everybody's ratings.

    Raises:
        BlindError: The session is not closed.
    """
    if not calibration.is_closed:
        raise BlindError
    return _latest(session, calibration.session_id)


def progress_of(session: Session, calibration: CalibrationSession) -> list[Progress]:
    """How many items each rater has rated."""
    counted = (
        select(CalibrationRating.account_id, func.count(CalibrationRating.item_id.distinct()))
        .join(CalibrationItem)
        .where(CalibrationItem.session_id == calibration.session_id)
        .group_by(CalibrationRating.account_id)
    )
    rated = {row[0]: row[1] for row in session.execute(counted)}
    return [
        Progress(
            rater.account.name,
            rater.account_id == calibration.expert_id,
            rated.get(rater.account_id, 0),
        )
        for rater in calibration.raters
    ]


def uploads(session: Session) -> Iterator[Callable[[], Upload]]:
    """The ratings of all closed sessions, for the lake; those of open ones are nobody's yet."""
    return (
        partial(upload_of, one, calibration)
        for calibration in sessions_of(session, None)
        if calibration.is_closed
        for one in ratings_of_all(session, calibration)
    )


def upload_of(rating: CalibrationRating, calibration: CalibrationSession) -> Calibration:
    """A rating as the lake keeps it; a newer one of the same rater and item replaces it."""
    item = rating.item
    return Calibration.model_validate(
        {
            "session_id": calibration.session_id,
            "call_id": item.call_id,
            "rule_id": item.rule_id,
            "scorecard_id": item.scorecard_id,
            "question": item.question,
            "rater_id": rating.account.subject,
            "is_expert": rating.account_id == calibration.expert_id,
            "human_value": rating.value,
            "rated_at": rating.rated_at,
            "reason": rating.reason,
        }
    )


def _latest(session: Session, session_id: str) -> list[CalibrationRating]:
    statement = (
        select(CalibrationRating)
        .join(CalibrationItem)
        .where(CalibrationItem.session_id == session_id)
        .order_by(CalibrationItem.position, CalibrationRating.account_id, CalibrationRating.number)
    )
    found: Iterable[CalibrationRating] = session.scalars(statement)
    return list({(one.item_id, one.account_id): one for one in found}.values())
