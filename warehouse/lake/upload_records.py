"""Uploaded records: reviews, disputes, coaching, calibration, follow-ups, rates and so on.

Each kind is a CSV file with one column per field. An empty cell is a missing field.
"""

from __future__ import annotations

from datetime import date
from typing import Annotated, Literal, Self

from pydantic import AwareDatetime, Field, StringConstraints, model_validator

from warehouse.lake.upload import Id, Subject, Upload, Verdict, Words


class Review(Subject):
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
        self.check_values(self.human_value, self.machine_value)
        return self


class Dispute(Subject):
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


class Calibration(Subject):
    """A rater's value for a finding or an answer in a calibration session; it changes no score."""

    table = "calibration"
    group = ("calibration_id",)
    identity = ("session_id", "call_id", "rule_id", "scorecard_id", "question", "rater_id")

    calibration_id: Id
    session_id: Id
    rater_id: Id
    is_expert: bool = False
    human_value: Verdict
    rated_at: AwareDatetime
    reason: Words | None = None

    @model_validator(mode="after")
    def _values_of_subject(self) -> Self:
        self.check_values(self.human_value)
        return self


class FollowUp(Upload):
    """What somebody has to do about an escalation or a flag."""

    table = "follow_up"
    group = ("follow_up_id",)
    identity = ("call_id", "rule_id")

    follow_up_id: Id
    call_id: Id
    rule_id: Id
    owner_id: Id
    action: Words
    opened_on: date
    due_on: date | None = None
    closed_on: date | None = None

    @model_validator(mode="after")
    def _forward(self) -> Self:
        for name in ("due_on", "closed_on"):
            if (getattr(self, name) or self.opened_on) < self.opened_on:
                raise ValueError(f"{name} on or after opened_on")
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


class SurveyAnswer(Upload):
    """A customer's answer to one question of a survey about a call, or about a contact."""

    table = "survey"
    group = ("survey_id",)
    identity = ("call_id", "contact_id", "question")

    survey_id: Id
    call_id: Id | None = None
    contact_id: Id | None = None
    question: Words
    score: Annotated[float, Field(allow_inf_nan=False)]
    scale: Annotated[str, StringConstraints(pattern=r"^\d{1,3}-\d{1,3}$")]
    answered_at: AwareDatetime

    @model_validator(mode="after")
    def _on_its_scale(self) -> Self:
        if (self.call_id is None) == (self.contact_id is None):
            raise ValueError("either call_id or contact_id")
        low, high = map(int, self.scale.split("-"))
        if not low < high:
            raise ValueError("a scale from low to high, such as 1-5")
        if not low <= self.score <= high:
            raise ValueError("a score on its scale")
        return self


KINDS: dict[str, type[Upload]] = {
    "reviews": Review,
    "disputes": Dispute,
    "sessions": CoachingSession,
    "commitments": Commitment,
    "calibrations": Calibration,
    "follow-ups": FollowUp,
    "rates": Rate,
    "schedules": ShiftBlock,
    "surveys": SurveyAnswer,
}
"""The kinds of files, by name."""
