"""Disputes: an agent objects to a finding or an answer, and their supervisor decides once."""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

from pydantic import TypeAdapter
from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, mapped_column

from flows.desk.records.database import Record
from flows.desk.records.keeping import FasterError, keep
from flows.desk.records.reviews import Subject, uphold
from warehouse.lake.upload import Verdict
from warehouse.lake.upload_records import Dispute

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy.orm import Session

    from flows.desk.person import Person
    from warehouse.lake.upload import Upload

_VERDICT: TypeAdapter[Verdict] = TypeAdapter(Verdict)

OPEN, UPHELD, REJECTED = "open", "upheld", "rejected"


class DisputeRecord(Record):
    """A dispute.

    Attributes:
        dispute_id: The same for the same agent and subject, so that it is raised once.
        subject: Key of the finding or answer.
        machine_value: What the machine had found.
        proposed_value: What is right in the agent's eyes.
        version: Counts changes, so that two people who decide at once do not both succeed.
    """

    __tablename__ = "dispute"

    dispute_id: Mapped[str] = mapped_column(String(200), primary_key=True)
    subject: Mapped[str] = mapped_column(String(900))
    call_id: Mapped[str] = mapped_column(String(200), index=True)
    rule_id: Mapped[str | None] = mapped_column(String(200))
    scorecard_id: Mapped[str | None] = mapped_column(String(200))
    question: Mapped[str | None] = mapped_column(String(200))
    agent_id: Mapped[str] = mapped_column(String(200), index=True)
    machine_value: Mapped[str] = mapped_column(String(20))
    proposed_value: Mapped[str] = mapped_column(String(20))
    reason: Mapped[str] = mapped_column(String(2000))
    raised_at: Mapped[datetime]
    status: Mapped[str] = mapped_column(String(20), default=OPEN)
    resolved_by: Mapped[str | None] = mapped_column(String(200))
    resolver_name: Mapped[str | None] = mapped_column(String(200))
    resolved_at: Mapped[datetime | None]
    resolution: Mapped[str | None] = mapped_column(String(2000))
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  read by SQLAlchemy

    @property
    def about(self) -> Subject:
        """The finding or answer."""
        return Subject(self.call_id, self.rule_id, self.scorecard_id, self.question)


def dispute(
    session: Session,
    person: Person,
    subject: Subject,
    machine_value: str,
    proposed_value: str,
    reason: str,
) -> DisputeRecord:
    """Raise a dispute.

    Raises:
        ValidationError: The reason is missing or holds a long number, or the proposed value is
            none of the subject's.
        FasterError: It was raised before.
    """
    now = datetime.now(UTC)
    raised = Dispute.model_validate(
        {**subject._asdict(), "agent_id": person.subject, "raised_at": now, "reason": reason}
    )
    raised.check_values(_VERDICT.validate_python(proposed_value))
    row = DisputeRecord(
        **raised.model_dump(),
        subject=subject.key,
        machine_value=machine_value,
        proposed_value=proposed_value,
    )
    keep(session, row)
    return row


def resolve(
    session: Session, person: Person, dispute_id: str, status: str, resolution: str
) -> DisputeRecord:
    """Decide a dispute; an upheld one is a review with the agent's answer, too.

    Raises:
        ValidationError: The resolution is missing or holds a long number.
        FasterError: It was decided before.
    """
    row = session.get_one(DisputeRecord, dispute_id)
    if row.status != OPEN:
        raise FasterError
    row.status, row.resolution, row.resolved_at = status, resolution.strip(), datetime.now(UTC)
    row.resolved_by, row.resolver_name = person.subject, person.name
    upload_of(row)  # checked before it is kept
    keep(session)
    if status == UPHELD:
        uphold(session, person, row.about, row.machine_value, row.proposed_value, resolution)
    return row


def disputes(session: Session, agent_id: str | None = None) -> list[DisputeRecord]:
    """The disputes of an agent or of all, the oldest first."""
    asked = select(DisputeRecord).order_by(DisputeRecord.raised_at, DisputeRecord.dispute_id)
    if agent_id is not None:
        asked = asked.where(DisputeRecord.agent_id == agent_id)
    return list(session.scalars(asked))


def upload_of(row: DisputeRecord) -> Dispute:
    """A dispute as the warehouse takes it."""
    return Dispute.model_validate({name: getattr(row, name) for name in Dispute.model_fields})


def uploads(session: Session) -> Iterator[Callable[[], Upload]]:
    """All disputes as the warehouse takes them; the reviews of upheld ones are among decisions."""
    return (partial(upload_of, row) for row in disputes(session))


VALUES = {
    True: ("pass", "fail", "not_applicable"),
    False: ("yes", "no", "na"),
}
"""What an agent may propose, by whether the subject is a finding of a rule."""
