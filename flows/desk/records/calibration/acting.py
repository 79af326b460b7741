"""What people do in calibration sessions: set one up, rate, close it."""

from __future__ import annotations

import secrets
from dataclasses import dataclass
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from sqlalchemy.exc import IntegrityError

from flows.desk.records.calibration.sessions import (
    CalibrationItem,
    CalibrationRater,
    CalibrationRating,
    CalibrationSession,
    own_ratings,
)
from flows.governance.audit import Act
from flows.governance.audit import record as record_act

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from sqlalchemy.orm import Session

    from flows.desk.person import Person
    from flows.desk.records.database import Database


class ClosedError(Exception):
    """The session is closed, so that nothing is rated any more."""


class RatedError(Exception):
    """The same person has rated the item meanwhile, such as in another window.

    Attributes:
        rating: What they rated there.
    """

    def __init__(self, rating: CalibrationRating, session: Session) -> None:
        super().__init__()
        session.expunge(rating)  # the session that is undone would take its values away
        self.rating = rating


@dataclass(frozen=True, slots=True, kw_only=True)
class Plan:
    """What an analyst sets up.

    Attributes:
        items: Without a session, in the order in which they are rated.
    """

    name: str
    ends_at: datetime
    expert_id: int
    rater_ids: tuple[int, ...]
    items: tuple[CalibrationItem, ...]


@dataclass(frozen=True, slots=True, kw_only=True)
class Rated:
    """What a rater says of an item.

    Attributes:
        value: One of its values.
        reason: In their words.
        seen: Number of their own rating that they saw; 0 if none.
    """

    value: str
    reason: str | None
    seen: int


def set_up(database: Database, home: Path, by: Person, plan: Plan) -> str:
    """Begin a session; returns its id."""
    session_id = secrets.token_hex(8)
    with database.writing() as session:
        session.add(
            CalibrationSession(
                session_id=session_id,
                name=plan.name,
                made_by=by.account_id,
                expert_id=plan.expert_id,
                created_at=datetime.now(UTC),
                ends_at=plan.ends_at,
                raters=[
                    CalibrationRater(account_id=one)
                    for one in sorted({plan.expert_id, *plan.rater_ids})
                ],
                items=list(plan.items),
            )
        )
        session.flush()
        _record(home, "calibration_set_up", plan.items, raters=len(plan.rater_ids) + 1)
    return session_id


def rate(database: Database, home: Path, by: Person, item: CalibrationItem, rated: Rated) -> None:
    """Keep what a rater of a session says of an item.

    Raises:
        ClosedError: The session is closed.
        RatedError: They have rated it meanwhile.
    """
    with database.writing() as session:
        # Locked, so that whoever closes the session waits for this rating, or this one for them.
        calibration = session.get_one(
            CalibrationSession, item.session_id, with_for_update={"read": True}
        )
        if calibration.is_closed:
            raise ClosedError
        known = own_ratings(session, item.session_id, by.account_id).get(item.item_id)
        if known is not None and known.number != rated.seen:
            raise RatedError(known, session)
        rating = CalibrationRating(
            item_id=item.item_id,
            account_id=by.account_id,
            number=rated.seen + 1,
            value=rated.value,
            reason=rated.reason,
            rated_at=datetime.now(UTC),
        )
        try:
            with session.begin_nested():
                session.add(rating)
        except IntegrityError:  # at the same moment, which SQLite's lock excludes
            again = own_ratings(session, item.session_id, by.account_id)
            raise RatedError(again[item.item_id], session) from None
        _record(home, "calibration_rated", [item])


def close(database: Database, home: Path, session_id: str) -> None:
    """Close a session; one that is closed already stays as it is."""
    with database.writing() as session:
        calibration = session.get_one(CalibrationSession, session_id, with_for_update=True)
        if not calibration.is_closed:
            calibration.closed_at = datetime.now(UTC)
            session.flush()
            _record(home, "calibration_closed", calibration.items)


def _record(home: Path, what: str, items: Sequence[CalibrationItem], **counts: int) -> None:
    calls = tuple(dict.fromkeys(item.call_id for item in items))
    record_act(home, Act.CALIBRATED, what=what, calls=calls, counts={"items": len(items), **counts})
