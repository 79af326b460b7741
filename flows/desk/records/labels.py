"""Labels: what people say of findings that could not be told, for measuring rules.

A label is never changed; the one with the highest number counts. It changes no finding.
"""

from __future__ import annotations

import hashlib
import json
from datetime import UTC, datetime
from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

from sqlalchemy import ForeignKey, String, UniqueConstraint, select
from sqlalchemy.orm import Mapped, mapped_column, relationship

from flows.desk.records.accounts import Account
from flows.desk.records.database import Record
from flows.desk.records.keeping import FasterError, keep
from flows.governance.audit import Act
from flows.governance.audit import record as record_act
from qa_rules.results import Outcome
from warehouse.files import private_folder, replace_atomically

if TYPE_CHECKING:
    from collections.abc import Iterable
    from pathlib import Path

    from sqlalchemy.orm import Session

    from flows.desk.person import Person
    from flows.desk.records.database import Database


class Told(StrEnum):
    """What somebody says who has read or heard the place."""

    YES = "yes"
    NO = "no"
    UNCLEAR = "unclear"


class FindingLabel(Record):
    """A label of a finding.

    Attributes:
        number: Of the labels of the finding, from 1; of two at once, one is refused.
        told: yes, no or unclear.
        outcome: What that means as an outcome of the rule.
    """

    __tablename__ = "finding_label"
    __table_args__ = (UniqueConstraint("call_id", "rule_id", "number"),)

    label_id: Mapped[int] = mapped_column(primary_key=True)
    call_id: Mapped[str] = mapped_column(String(200))
    rule_id: Mapped[str] = mapped_column(String(200))
    rule_version: Mapped[int]
    number: Mapped[int]
    told: Mapped[Told] = mapped_column(String(10))
    outcome: Mapped[Outcome] = mapped_column(String(20))
    comment: Mapped[str | None] = mapped_column(String(2000))
    account_id: Mapped[int] = mapped_column(ForeignKey("account.account_id"))
    labelled_at: Mapped[datetime]

    account: Mapped[Account] = relationship(lazy="joined")


class Labelled(NamedTuple):
    """A finding, and what is said of it.

    Attributes:
        observes: Whether its rule observes, which is heard or not.
        seen: Number of the last label that the person saw; 0 if none.
    """

    call_id: str
    rule_id: str
    rule_version: int
    observes: bool
    told: Told
    comment: str | None
    seen: int

    @property
    def outcome(self) -> Outcome:
        """The outcome that the rule should have had."""
        if self.told is Told.UNCLEAR:
            return Outcome.CANNOT_TELL
        if self.observes:
            return Outcome.OBSERVED if self.told is Told.YES else Outcome.NOT_APPLICABLE
        return Outcome.PASS if self.told is Told.YES else Outcome.FAIL


def labels_of(session: Session, call_id: str, rule_id: str) -> list[FindingLabel]:
    """The labels of a finding, the newest first."""
    statement = select(FindingLabel).where(
        FindingLabel.call_id == call_id, FindingLabel.rule_id == rule_id
    )
    return list(session.scalars(statement.order_by(FindingLabel.number.desc())))


def last_labels(session: Session, call_id: str | None = None) -> list[FindingLabel]:
    """The label that counts of each finding, of one call or of all."""
    statement = select(FindingLabel).order_by(FindingLabel.number)
    if call_id is not None:
        statement = statement.where(FindingLabel.call_id == call_id)
    return list({(one.call_id, one.rule_id): one for one in session.scalars(statement)}.values())


def label(database: Database, home: Path, by: Person, said: Labelled) -> None:
    """Keep a label, write the file of its call, and add an entry to the audit trail.

    Raises:
        FasterError: Somebody labelled the finding meanwhile.
    """
    with database.writing() as session:
        known = labels_of(session, said.call_id, said.rule_id)
        if (known[0].number if known else 0) != said.seen:
            raise FasterError
        new = FindingLabel(
            call_id=said.call_id,
            rule_id=said.rule_id,
            rule_version=said.rule_version,
            number=said.seen + 1,
            told=said.told,
            outcome=said.outcome,
            comment=said.comment,
            account_id=by.account_id,
            labelled_at=datetime.now(UTC),
        )
        keep(session, new)
        folder = label_folder(home)
        private_folder(folder)
        for name, content in label_files(last_labels(session, said.call_id)).items():
            replace_atomically(folder / name, content)
        record_act(home, Act.LABELLED, what=str(said.outcome), calls=[said.call_id])


def label_folder(home: Path) -> Path:
    """The folder that `callqa rules test --labels` reads."""
    return home / "desk" / "labels"


def label_files(labels: Iterable[FindingLabel]) -> dict[str, bytes]:
    """One file a call, by name: its id, the outcome by rule, and comments for rule authors."""
    calls: dict[str, list[FindingLabel]] = {}
    for one in labels:
        calls.setdefault(one.call_id, []).append(one)
    return {
        f"{hashlib.sha256(call_id.encode()).hexdigest()[:16]}.json": json.dumps(
            {
                "call_id": call_id,
                "rules": {one.rule_id: one.outcome for one in found},
                "comments": {one.rule_id: one.comment for one in found if one.comment},
            },
            ensure_ascii=False,
            indent=1,
            sort_keys=True,
        ).encode()
        for call_id, found in sorted(calls.items())
    }
