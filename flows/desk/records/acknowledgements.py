"""Acknowledgements: an agent has seen the evaluation of a call."""

from __future__ import annotations

from datetime import UTC, datetime
from typing import TYPE_CHECKING

from pydantic import TypeAdapter
from sqlalchemy import String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from flows.desk.records.database import Record
from flows.desk.records.keeping import keep
from warehouse.lake.upload import Words

if TYPE_CHECKING:
    from sqlalchemy.orm import Session

    from flows.desk.person import Person

_WORDS: TypeAdapter[str] = TypeAdapter(Words)


class AcknowledgementRecord(Record):
    """An acknowledgement.

    Attributes:
        comment: In the agent's words; null without one.
    """

    __tablename__ = "acknowledgement"
    __table_args__ = (UniqueConstraint("call_id", "agent_id"),)

    acknowledgement_id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[str] = mapped_column(String(200))
    agent_id: Mapped[str] = mapped_column(String(200))
    acknowledged_at: Mapped[datetime]
    comment: Mapped[str | None] = mapped_column(String(2000))


def acknowledge(session: Session, person: Person, call_id: str, comment: str) -> None:
    """Keep that an agent has seen the evaluation of their call.

    Raises:
        ValidationError: The comment holds a long number.
        FasterError: They acknowledged it before.
    """
    text = comment.strip()
    keep(
        session,
        AcknowledgementRecord(
            call_id=call_id,
            agent_id=person.subject,
            acknowledged_at=datetime.now(UTC),
            comment=_WORDS.validate_python(text) if text else None,
        ),
    )


def acknowledged(session: Session, agent_id: str) -> dict[str, AcknowledgementRecord]:
    """An agent's acknowledgements by call."""
    asked = select(AcknowledgementRecord).where(AcknowledgementRecord.agent_id == agent_id)
    return {row.call_id: row for row in session.scalars(asked)}
