"""Coaching sessions: an agenda, commitments of both sides, and both signatures."""

from __future__ import annotations

from datetime import date, datetime

from sqlalchemy import ForeignKey, String
from sqlalchemy.orm import Mapped, mapped_column, relationship

from flows.desk.records.database import Record

OPEN, KEPT, BROKEN = "open", "kept", "broken"


class CoachingRecord(Record):
    """A session of a supervisor with an agent.

    Attributes:
        held_at: When it was held: the first signature; null before.
        changes: Counts commitments, so that nobody signs what they have not seen.
        version: Counts all changes, so that of two at once one is refused.
    """

    __tablename__ = "coaching_session"

    session_id: Mapped[str] = mapped_column(String(200), primary_key=True)
    agent_id: Mapped[str] = mapped_column(String(200), index=True)
    agent_name: Mapped[str] = mapped_column(String(200))
    supervisor_id: Mapped[str] = mapped_column(String(200), index=True)
    supervisor_name: Mapped[str] = mapped_column(String(200))
    started_at: Mapped[datetime]
    held_at: Mapped[datetime | None]
    agent_signed_at: Mapped[datetime | None]
    supervisor_signed_at: Mapped[datetime | None]
    changes: Mapped[int] = mapped_column(default=0)
    version: Mapped[int] = mapped_column()

    agenda: Mapped[list[AgendaItem]] = relationship(order_by="AgendaItem.position", lazy="selectin")
    commitments: Mapped[list[CommitmentRecord]] = relationship(
        order_by="CommitmentRecord.number", lazy="selectin"
    )

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  read by SQLAlchemy


class AgendaItem(Record):
    """A passage or a call that is talked about.

    Attributes:
        position: Its place, from 0; strengths come first.
        title: The question that it answers, in the supervisor's language.
        start_s: Where in the recording; null without a passage.
    """

    __tablename__ = "coaching_item"

    session_id: Mapped[str] = mapped_column(
        ForeignKey("coaching_session.session_id"), primary_key=True
    )
    position: Mapped[int] = mapped_column(primary_key=True)
    is_strength: Mapped[bool]
    title: Mapped[str] = mapped_column(String(1000))
    call_id: Mapped[str] = mapped_column(String(200))
    call_date: Mapped[date]
    start_s: Mapped[float | None]


class CommitmentRecord(Record):
    """A promise of either side.

    Attributes:
        number: Its place in the session, from 1.
        made_by: agent or supervisor.
    """

    __tablename__ = "coaching_commitment"

    session_id: Mapped[str] = mapped_column(
        ForeignKey("coaching_session.session_id"), primary_key=True
    )
    number: Mapped[int] = mapped_column(primary_key=True)
    made_by: Mapped[str] = mapped_column(String(20))
    promise: Mapped[str] = mapped_column(String(2000))
    due_on: Mapped[date | None]
    status: Mapped[str] = mapped_column(String(20), default=OPEN)
    settled_at: Mapped[datetime | None]
    version: Mapped[int] = mapped_column()

    __mapper_args__ = {"version_id_col": version}  # noqa: RUF012  read by SQLAlchemy
