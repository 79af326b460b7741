"""Uploaded records: reviews, disputes, coaching, rates and schedules.

Each kind is a CSV file with one column per field. An empty cell is a missing field.
"""

from __future__ import annotations

import hashlib
import re
from datetime import date
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import (
    AfterValidator,
    AwareDatetime,
    BaseModel,
    ConfigDict,
    Field,
    StringConstraints,
    model_validator,
)

from qa_rules.results import AnswerValue, Outcome

_LONG_NUMBER = re.compile(r"\d([ .,-]?\d){12,}")


def _without_long_number(text: str) -> str:
    if _LONG_NUMBER.search(text):
        raise ValueError("text without a number as long as a card number")
    return text


_OUTCOMES = tuple(Outcome)
_ANSWERS = tuple(AnswerValue)

Verdict = Literal[
    "pass", "fail", "not_applicable", "cannot_tell", "observed", "yes", "no", "na", "unknown"
]
"""An outcome of a rule or an answer to a question."""

Id = Annotated[str, StringConstraints(min_length=1, max_length=200)]
Words = Annotated[
    str, StringConstraints(min_length=1, max_length=2000), AfterValidator(_without_long_number)
]
"""Free text, which must not contain a number as long as a card number."""


class Upload(BaseModel):
    """One row of a file.

    Attributes:
        table: Its core table.
        group: Columns by which rows of a newer file replace older rows.
        identity: Columns from which the id is built if the file has none.
    """

    model_config = ConfigDict(frozen=True, extra="forbid", str_strip_whitespace=True)

    table: ClassVar[str]
    group: ClassVar[tuple[str, ...]]
    identity: ClassVar[tuple[str, ...]] = ()

    @model_validator(mode="before")
    @classmethod
    def _identify(cls, row: dict[str, Any]) -> dict[str, Any]:
        if not cls.identity:
            return row
        known = repr([row.get(name) for name in cls.identity])
        return {cls.group[0]: hashlib.sha256(known.encode()).hexdigest()[:16], **row}


class _Subject(Upload):
    """A finding of a rule, or an answer to a question of a scorecard."""

    call_id: Id
    rule_id: Id | None = None
    scorecard_id: Id | None = None
    question: Id | None = None

    @model_validator(mode="after")
    def _one_subject(self) -> Self:
        asked = self.scorecard_id is not None and self.question is not None
        if asked == (self.rule_id is not None) or (self.scorecard_id is None) != (
            self.question is None
        ):
            raise ValueError("either rule_id, or scorecard_id and question")
        return self

    @property
    def subject(self) -> tuple[str | None, ...]:
        """The reviewed finding or answer, in one call."""
        return self.call_id, self.rule_id, self.scorecard_id, self.question


class Review(_Subject):
    """A person's judgement of a finding or an answer, after listening to the call.

    A review of an answer replaces that of the machine, whose value is kept as well.
    """

    table = "review"
    group = ("review_id",)
    identity = ("call_id", "rule_id", "scorecard_id", "question", "reviewer_id", "reviewed_at")

    review_id: Id
    occasion: Literal["flag", "sample", "dispute", "calibration"]
    machine_value: Verdict | None = None
    human_value: Verdict
    reviewer_id: Id
    reviewed_at: AwareDatetime
    reason: Words

    @model_validator(mode="after")
    def _values_of_subject(self) -> Self:
        kind, known = ("question", _ANSWERS) if self.rule_id is None else ("rule", _OUTCOMES)
        if not {self.human_value, self.machine_value or self.human_value} <= set(known):
            raise ValueError(f"values of a {kind}: {', '.join(known)}")
        return self


class Dispute(_Subject):
    """An agent's objection to a finding or an answer, and its resolution."""

    table = "dispute"
    group = ("dispute_id",)
    identity = ("call_id", "rule_id", "scorecard_id", "question", "agent_id")

    dispute_id: Id
    agent_id: Id
    raised_at: AwareDatetime
    reason: Words
    status: Literal["open", "upheld", "rejected"] = "open"
    resolved_by: Id | None = None
    resolved_at: AwareDatetime | None = None
    resolution: Words | None = None

    @model_validator(mode="after")
    def _resolved_by_somebody(self) -> Self:
        given = {value is not None for value in (self.resolved_by, self.resolved_at)}
        if given != {self.status != "open"}:
            raise ValueError("resolved_by and resolved_at, unless the status is open")
        return self


class CoachingSession(Upload):
    """A one-to-one session that was held."""

    table = "coaching_session"
    group = ("session_id",)

    session_id: Id
    agent_id: Id
    supervisor_id: Id
    held_at: AwareDatetime
    agent_signed_at: AwareDatetime | None = None
    supervisor_signed_at: AwareDatetime | None = None


class Commitment(Upload):
    """A promise of either side in a session."""

    table = "commitment"
    group = ("commitment_id",)
    identity = ("session_id", "made_by", "promise")

    commitment_id: Id
    session_id: Id
    made_by: Literal["agent", "supervisor"]
    promise: Words
    rule_id: Id | None = None
    due_on: date | None = None
    status: Literal["open", "kept", "broken"] = "open"
    settled_at: AwareDatetime | None = None

    @model_validator(mode="after")
    def _settled_some_time(self) -> Self:
        if (self.settled_at is None) != (self.status == "open"):
            raise ValueError("settled_at, unless the status is open")
        return self


class Rate(Upload):
    """Cost of an agent's hour and of a call, from a day on."""

    table = "rate"
    group = ("valid_from", "queue")

    valid_from: date
    queue: Id | None = None
    hour_cost: Annotated[float, Field(ge=0, allow_inf_nan=False)]
    call_cost: Annotated[float, Field(ge=0, allow_inf_nan=False)] = 0.0
    currency: Annotated[str, StringConstraints(pattern=r"^[A-Z]{3}$")]


class ShiftBlock(Upload):
    """A block of an agent's schedule; a newer file replaces the whole day of an agent."""

    table = "schedule"
    group = ("agent_id", "schedule_date")

    agent_id: Id
    starts_at: AwareDatetime
    ends_at: AwareDatetime
    activity: Annotated[str, StringConstraints(pattern=r"^[a-z_]+$")] = "work"

    @model_validator(mode="after")
    def _forward(self) -> Self:
        if not self.starts_at < self.ends_at:
            raise ValueError("ends_at after starts_at")
        return self


KINDS: dict[str, type[Upload]] = {
    "reviews": Review,
    "disputes": Dispute,
    "sessions": CoachingSession,
    "commitments": Commitment,
    "rates": Rate,
    "schedules": ShiftBlock,
}
"""The kinds of files, by name."""
