"""What people do in coaching sessions: start one, commit, sign, settle."""

from __future__ import annotations

import secrets
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import select

from flows.desk.person import Role
from flows.desk.records.coaching_sessions.tables import (
    OPEN,
    AgendaItem,
    CoachingRecord,
    CommitmentRecord,
)
from flows.desk.records.keeping import FasterError, keep
from warehouse.lake.upload_records import CoachingSession, Commitment

if TYPE_CHECKING:
    from collections.abc import Callable, Iterable, Iterator
    from datetime import date

    from sqlalchemy import ColumnElement
    from sqlalchemy.orm import Session

    from flows.desk.person import Person
    from warehouse.lake.upload import Upload

_COLUMNS = ("made_by", "promise", "due_on", "status", "settled_at")


def start(
    session: Session, person: Person, agent_id: str, agent_name: str, items: Iterable[AgendaItem]
) -> CoachingRecord:
    """Start a session of a supervisor; the strengths come first, whatever the order given."""
    agenda = sorted(items, key=lambda item: not item.is_strength)
    for position, item in enumerate(agenda):
        item.position = position
    row = CoachingRecord(
        session_id=secrets.token_hex(8),
        agent_id=agent_id,
        agent_name=agent_name,
        supervisor_id=person.subject,
        supervisor_name=person.name,
        started_at=datetime.now(UTC),
        agenda=agenda,
    )
    keep(session, row)
    return row


def commit(
    session: Session, row: CoachingRecord, seen: int, made_by: str, promise: str, due_on: date
) -> None:
    """Add a commitment.

    Raises:
        ValidationError: The promise is missing or holds a long number.
        FasterError: Somebody signed, or added another one that was not seen.
    """
    if row.changes != seen or row.held_at is not None:
        raise FasterError
    row.changes += 1
    added = CommitmentRecord(
        session_id=row.session_id,
        number=row.changes,
        made_by=made_by,
        promise=promise.strip(),
        due_on=due_on,
        status=OPEN,
    )
    upload_of_commitment(added)  # checked before it is kept
    keep(session, added)


def sign(session: Session, person: Person, row: CoachingRecord, seen: int) -> None:
    """Sign a session, as its agent or its supervisor.

    Raises:
        FasterError: They signed before, or commitments were added that they have not seen.
    """
    name = "agent_signed_at" if person.role == Role.AGENT else "supervisor_signed_at"
    if row.changes != seen or getattr(row, name) is not None:
        raise FasterError
    now = datetime.now(UTC)
    setattr(row, name, now)
    row.held_at = row.held_at or now
    keep(session)


def settle(session: Session, row: CoachingRecord, number: int, status: str) -> None:
    """Say whether a commitment was kept or broken.

    Raises:
        FasterError: It was settled before, or there is none in a session that was held.
    """
    one = session.get(CommitmentRecord, (row.session_id, number))
    if one is None or one.status != OPEN or row.held_at is None:
        raise FasterError
    one.status, one.settled_at = status, datetime.now(UTC)
    keep(session)


def sessions_of(session: Session, person: Person) -> list[CoachingRecord]:
    """The sessions of a supervisor or an agent, the latest first."""
    newest = CoachingRecord.started_at.desc()
    return list(session.scalars(select(CoachingRecord).where(_theirs(person)).order_by(newest)))


def session_of(session: Session, person: Person, session_id: str) -> CoachingRecord | None:
    """A session, if it is the person's."""
    named = CoachingRecord.session_id == session_id
    return session.scalar(select(CoachingRecord).where(_theirs(person), named))


def _theirs(person: Person) -> ColumnElement[bool]:
    side = CoachingRecord.agent_id if person.role == Role.AGENT else CoachingRecord.supervisor_id
    return side == person.subject


def session_before(session: Session, row: CoachingRecord) -> CoachingRecord | None:
    """The last session of the same two that was held before."""
    return session.scalar(
        select(CoachingRecord)
        .where(
            CoachingRecord.agent_id == row.agent_id,
            CoachingRecord.supervisor_id == row.supervisor_id,
            CoachingRecord.started_at < row.started_at,
            CoachingRecord.held_at.is_not(None),
        )
        .order_by(CoachingRecord.started_at.desc())
        .limit(1)
    )


def upload_of(row: CoachingRecord) -> CoachingSession:
    """A session that was held as the warehouse takes it."""
    names = CoachingSession.model_fields
    return CoachingSession.model_validate({name: getattr(row, name) for name in names})


def upload_of_commitment(row: CommitmentRecord) -> Commitment:
    """A commitment as the warehouse takes it."""
    return Commitment.model_validate(
        {
            "commitment_id": f"{row.session_id}-{row.number}",
            "session_id": row.session_id,
            **{name: getattr(row, name) for name in _COLUMNS},
        }
    )


def session_uploads(session: Session) -> Iterator[Callable[[], Upload]]:
    """All sessions that were held."""
    return (partial(upload_of, row) for row in _held(session))


def commitment_uploads(session: Session) -> Iterator[Callable[[], Upload]]:
    """All their commitments."""
    return (partial(upload_of_commitment, one) for row in _held(session) for one in row.commitments)


def _held(session: Session) -> Iterable[CoachingRecord]:
    held = select(CoachingRecord).where(CoachingRecord.held_at.is_not(None))
    return session.scalars(held.order_by(CoachingRecord.started_at, CoachingRecord.session_id))
