"""Requests of erasure: whose, by keyed hash alone, who confirmed them, and how they ended."""

from __future__ import annotations

from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import String, select
from sqlalchemy.orm import Mapped, mapped_column

from flows.desk.records.database import Record

if TYPE_CHECKING:
    from flows.desk.person import Person
    from flows.desk.records.database import Database


class State(StrEnum):
    """How far an erasure is."""

    RUNNING = "running"
    DONE = "done"
    PARTLY = "partly"  # something could not be removed; the receipt says what
    HELD = "held"  # a legal hold stopped it
    BUSY = "busy"  # a run used the home folder
    FAILED = "failed"


class ErasureRequest(Record):
    """A confirmed request of erasure.

    Attributes:
        subject: Keyed hash of whom it is about, as in the receipt.
        scope: Customer, agent or call.
        ticket: Number of the request in another system.
        call_count: Calls that were shown when it was confirmed.
        asked_by: Id of who confirmed it.
        state: How far it is; what runs no more and has not ended was interrupted.
        receipt: Name of the receipt, without suffix.
        fault: Class of the error that ended it.
    """

    __tablename__ = "erasure_request"

    erasure_request_id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(String(80))
    scope: Mapped[str] = mapped_column(String(20))
    ticket: Mapped[str] = mapped_column(String(40))
    call_count: Mapped[int]
    asked_by: Mapped[str] = mapped_column(String(200))
    asked_by_name: Mapped[str] = mapped_column(String(200))
    asked_at: Mapped[datetime]
    state: Mapped[State] = mapped_column(String(20))
    ended_at: Mapped[datetime | None]
    receipt: Mapped[str | None] = mapped_column(String(200))
    fault: Mapped[str | None] = mapped_column(String(200))


class Asked(NamedTuple):
    """What is asked for: hash and scope of the subject, ticket, calls shown, and by whom."""

    subject: str
    scope: str
    ticket: str
    call_count: int
    person: Person


def begin(database: Database, asked: Asked) -> int:
    """Keep a request whose erasure begins; returns its id."""
    request = ErasureRequest(
        subject=asked.subject,
        scope=asked.scope,
        ticket=asked.ticket,
        call_count=asked.call_count,
        asked_by=asked.person.subject,
        asked_by_name=asked.person.name,
        asked_at=datetime.now(UTC),
        state=State.RUNNING,
    )
    with database.writing() as session:
        session.add(request)
    return request.erasure_request_id


def end(
    database: Database, request_id: int, state: State, receipt: str | None, fault: str | None
) -> None:
    """Keep how an erasure ended."""
    with database.writing() as session:
        request = session.get_one(ErasureRequest, request_id)
        request.state, request.receipt, request.fault = state, receipt, fault
        request.ended_at = datetime.now(UTC)


def request_of(database: Database, request_id: int) -> ErasureRequest | None:
    """A request."""
    with database.reading() as session:
        return session.get(ErasureRequest, request_id)


def requests(database: Database) -> list[ErasureRequest]:
    """All requests, the latest first."""
    newest = ErasureRequest.erasure_request_id.desc()
    with database.reading() as session:
        return list(session.scalars(select(ErasureRequest).order_by(newest)))
