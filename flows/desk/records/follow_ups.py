"""Follow-ups: what somebody has to do about a flag, until when, and whether it is done."""

from __future__ import annotations

from datetime import date
from functools import partial
from typing import TYPE_CHECKING

from sqlalchemy import String, or_, select
from sqlalchemy.orm import Mapped, mapped_column

from flows.desk.records.accounts import reviewers
from flows.desk.records.database import Record
from flows.desk.records.keeping import FasterError, keep
from warehouse.lake.upload_records import FollowUp

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy.orm import Session

    from flows.desk.person import Person
    from warehouse.lake.upload import Upload


class FollowUpRecord(Record):
    """A follow-up.

    Attributes:
        follow_up_id: The same for the same flag, so that it is assigned once.
        closed_on: Day on which it was done; null while open.
        assigned_by: Who assigned it.
        version: Counts changes, so that of two at once one is refused.
    """

    __tablename__ = "follow_up"

    follow_up_id: Mapped[str] = mapped_column(String(200), primary_key=True)
    call_id: Mapped[str] = mapped_column(String(200), index=True)
    rule_id: Mapped[str] = mapped_column(String(200))
    owner_id: Mapped[str] = mapped_column(String(200), index=True)
    owner_name: Mapped[str] = mapped_column(String(200))
    action: Mapped[str] = mapped_column(String(2000))
    opened_on: Mapped[date]
    due_on: Mapped[date]
    closed_on: Mapped[date | None]
    assigned_by: Mapped[str] = mapped_column(String(200), index=True)
    assigner_name: Mapped[str] = mapped_column(String(200))
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  read by SQLAlchemy


def owners(session: Session, *, restricted: bool) -> dict[str, str]:
    """Who may be given a follow-up, name by id; of a restricted call only the named."""
    able = (one for one in reviewers(session) if one.restricted or not restricted)
    return {one.subject: one.name for one in able}


def assign(  # noqa: PLR0913  what a follow-up has
    session: Session,
    person: Person,
    *,
    call_id: str,
    rule_id: str,
    owner: tuple[str, str],
    action: str,
    today: date,
    due_on: date,
) -> FollowUpRecord:
    """Assign a follow-up of a flag to an owner, by id and name.

    Raises:
        ValidationError: The action is missing or holds a long number, or the day is past.
        FasterError: The flag has one.
    """
    checked = FollowUp.model_validate(
        {
            "call_id": call_id,
            "rule_id": rule_id,
            "owner_id": owner[0],
            "action": action,
            "opened_on": today,
            "due_on": due_on,
        }
    )
    row = FollowUpRecord(
        **checked.model_dump(),
        owner_name=owner[1],
        assigned_by=person.subject,
        assigner_name=person.name,
    )
    keep(session, row)
    return row


def close(session: Session, row: FollowUpRecord, today: date) -> None:
    """Say that it is done.

    Raises:
        FasterError: It was closed before.
    """
    if row.closed_on is not None:
        raise FasterError
    row.closed_on = max(today, row.opened_on)
    keep(session)


def follow_ups_of(session: Session, person: Person) -> list[FollowUpRecord]:
    """What somebody has to do or has assigned; open ones first, by due date."""
    theirs = or_(
        FollowUpRecord.owner_id == person.subject, FollowUpRecord.assigned_by == person.subject
    )
    rows = session.scalars(select(FollowUpRecord).where(theirs))
    return sorted(rows, key=lambda row: (row.closed_on is not None, row.due_on, row.follow_up_id))


def follow_up_on(session: Session, call_id: str, rule_id: str) -> FollowUpRecord | None:
    """The follow-up of a flag."""
    return session.scalar(
        select(FollowUpRecord).where(
            FollowUpRecord.call_id == call_id, FollowUpRecord.rule_id == rule_id
        )
    )


def upload_of(row: FollowUpRecord) -> FollowUp:
    """A follow-up as the warehouse takes it."""
    return FollowUp.model_validate({name: getattr(row, name) for name in FollowUp.model_fields})


def uploads(session: Session) -> Iterator[Callable[[], Upload]]:
    """All follow-ups as the warehouse takes them."""
    asked = select(FollowUpRecord).order_by(FollowUpRecord.opened_on, FollowUpRecord.follow_up_id)
    return (partial(upload_of, row) for row in session.scalars(asked))
