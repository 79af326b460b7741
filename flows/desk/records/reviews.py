"""Decisions on findings and answers: who found the machine right or wrong, and why.

A decision is never changed. The next one on the same subject has the next number, and whoever sends
one says which number they saw last: of two people who decide at once, one is told of the other.
"""

from __future__ import annotations

from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import Select, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column

from flows.desk.records.database import Record
from flows.desk.records.keeping import FasterError, keep
from warehouse.lake.upload_records import Review

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from sqlalchemy.orm import Session

    from flows.desk.person import Person
    from flows.desk.records.database import Database
    from warehouse.lake.upload import Upload

FLAG, SAMPLE, DISPUTE = "flag", "sample", "dispute"


class Subject(NamedTuple):
    """A finding of a rule, or an answer to a question of a scorecard, in one call."""

    call_id: str
    rule_id: str | None = None
    scorecard_id: str | None = None
    question: str | None = None

    @property
    def key(self) -> str:
        """Its place in the database."""
        return "/".join(part for part in self if part)


class Decision(Record):
    """A decision on a subject.

    Attributes:
        number: Its place among those on the subject, from 1.
        machine_value: What the machine had found.
        human_value: What is right in the reviewer's eyes.
    """

    __tablename__ = "decision"
    __table_args__ = (UniqueConstraint("subject", "number"),)

    decision_id: Mapped[int] = mapped_column(primary_key=True)
    subject: Mapped[str] = mapped_column(String(900))
    number: Mapped[int]
    call_id: Mapped[str] = mapped_column(String(200), index=True)
    rule_id: Mapped[str | None] = mapped_column(String(200))
    scorecard_id: Mapped[str | None] = mapped_column(String(200))
    question: Mapped[str | None] = mapped_column(String(200))
    occasion: Mapped[str] = mapped_column(String(20))
    machine_value: Mapped[str] = mapped_column(String(20))
    human_value: Mapped[str] = mapped_column(String(20))
    reviewer_id: Mapped[str] = mapped_column(String(200))
    reviewer_name: Mapped[str] = mapped_column(String(200))
    reviewed_at: Mapped[datetime]
    reason: Mapped[str] = mapped_column(String(2000))


def decide(  # noqa: PLR0913  what a decision has
    database: Database,
    person: Person,
    subject: Subject,
    *,
    seen: int,
    machine_value: str,
    human_value: str,
    reason: str,
    occasion: str = FLAG,
    audited: Callable[[], None] = lambda: None,
) -> Decision:
    """Keep a decision.

    Args:
        database: The records of the desk.
        person: Who decides.
        subject: What about.
        seen: Number of the last decision that they saw; 0 without one.
        machine_value: What the machine had found.
        human_value: What is right in their eyes.
        reason: Why, in their words.
        occasion: What led them there.
        audited: Records the act in the audit trail, in the same step.

    Raises:
        ValidationError: The reason is missing or holds a long number, or a value is none of the
            subject's.
        FasterError: There is a decision that they have not seen.
    """
    values = {"machine_value": machine_value, "human_value": human_value, "reason": reason}
    decision = _decision(person, subject, number=seen + 1, occasion=occasion, **values)
    _keep(database, subject, decision, audited)
    return decision


def uphold(
    session: Session,
    person: Person,
    subject: Subject,
    machine_value: str,
    human_value: str,
    reason: str,
) -> None:
    """Keep the decision that an upheld dispute is, after whatever was decided before.

    Raises:
        ValidationError: As `decide`.
        FasterError: Somebody decided at the same moment.
    """
    keep(
        session,
        _decision(
            person,
            subject,
            number=_last_number(session, subject) + 1,
            machine_value=machine_value,
            human_value=human_value,
            reason=reason,
            occasion=DISPUTE,
        ),
    )


def _decision(person: Person, subject: Subject, *, number: int, **values: str) -> Decision:
    """A checked decision, now."""
    review = Review.model_validate(
        {
            **subject._asdict(),
            **values,
            "reviewer_id": person.subject,
            "reviewed_at": datetime.now(UTC),
        }
    )
    return Decision(
        **review.model_dump(exclude={"review_id"}),
        subject=subject.key,
        number=number,
        reviewer_name=person.name,
    )


def _keep(
    database: Database, subject: Subject, decision: Decision, audited: Callable[[], None]
) -> None:
    """Keep a decision as the next one on its subject, or raise FasterError."""
    with database.writing() as session:
        if _last_number(session, subject) != decision.number - 1:
            raise FasterError
        keep(session, decision)
        audited()


def _last_number(session: Session, subject: Subject) -> int:
    last = session.scalar(_of(subject).limit(1))
    return last.number if last else 0


def decisions_on(database: Database, subject: Subject) -> list[Decision]:
    """All decisions on a subject, the last one first."""
    with database.reading() as session:
        return list(session.scalars(_of(subject)))


def decisions_in(database: Database, call_id: str) -> list[tuple[Subject, list[Decision]]]:
    """All decisions in a call by their subject, the last one of each first."""
    of_call = select(Decision).where(Decision.call_id == call_id)
    found: dict[Subject, list[Decision]] = {}
    with database.reading() as session:
        for one in session.scalars(of_call.order_by(Decision.number.desc())):
            subject = Subject(one.call_id, one.rule_id, one.scorecard_id, one.question)
            found.setdefault(subject, []).append(one)
    return list(found.items())


def last_decisions(database: Database) -> dict[str, Decision]:
    """The last decision on each subject that has one, by the subject's key."""
    with database.reading() as session:
        ordered = session.scalars(select(Decision).order_by(Decision.number))
        return {one.subject: one for one in ordered}


def decided_subjects(database: Database) -> set[str]:
    """The keys of all subjects with a decision."""
    with database.reading() as session:
        return set(session.scalars(select(Decision.subject).distinct()))


def calls_of_occasion(database: Database, occasion: str) -> set[str]:
    """The ids of all calls with a decision of an occasion."""
    with database.reading() as session:
        of_it = select(Decision.call_id).where(Decision.occasion == occasion)
        return set(session.scalars(of_it.distinct()))


def decided_calls(database: Database) -> set[str]:
    """The ids of all calls with a decision."""
    with database.reading() as session:
        return set(session.scalars(select(Decision.call_id).distinct()))


def uploads(session: Session) -> Iterator[Callable[[], Upload]]:
    """All decisions as the warehouse takes them."""
    rows = session.scalars(select(Decision).order_by(Decision.decision_id))
    return (partial(upload_of, row) for row in rows)


def upload_of(decision: Decision) -> Review:
    """A decision as the warehouse takes it."""
    names = (name for name in Review.model_fields if name != "review_id")
    return Review.model_validate({name: getattr(decision, name) for name in names})


def _of(subject: Subject) -> Select[Decision]:
    return select(Decision).where(Decision.subject == subject.key).order_by(Decision.number.desc())
