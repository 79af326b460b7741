"""What people may judge in a call: flags as right or wrong, and answers by another answer."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from typing import TYPE_CHECKING
from urllib.parse import quote

from flows.desk.records.reviews import Subject, decide
from flows.desk.web.navigation import N_
from flows.governance.audit import Act, record
from qa_rules.results import AnswerValue, Outcome
from warehouse.reports.calls.markup import RIGHT_OR_WRONG
from warehouse.reports.site.translation import language

if TYPE_CHECKING:
    from flows.desk.desk import Desk
    from flows.desk.person import Person

RIGHT = N_("Right")


@dataclass(frozen=True, slots=True)
class Judged:
    """A flag or an answer that somebody may judge.

    Attributes:
        subject: What it is.
        machine_value: What the machine found.
        choices: What people may say, by its value; None where the value has a name of its own.
    """

    subject: Subject
    machine_value: str
    choices: dict[str, str | None]

    @property
    def path(self) -> str:
        """The address of its decisions, below that of the desk."""
        return path_of(self.subject)

    @property
    def confirming(self) -> str:
        """The value that needs no reason, as it says what the machine says."""
        return next(iter(self.choices))


def judge(  # noqa: PLR0913  what a decision has
    desk: Desk,
    person: Person,
    judged: Judged,
    *,
    seen: int,
    value: str,
    reason: str,
    occasion: str,
) -> None:
    """Keep what somebody says of a flag or an answer, with its entry in the audit trail.

    Raises:
        ValidationError: As `decide`.
        FasterError: There is a decision that they have not seen.
    """
    facts = {"calls": [judged.subject.call_id], "supervisors": [person.subject], "what": value}
    decide(
        desk.database,
        person,
        judged.subject,
        seen=seen,
        machine_value=judged.machine_value,
        human_value=value,
        reason=reason,
        occasion=occasion,
        audited=lambda: record(desk.home, Act.DECIDED, **facts),
    )


def default_reason(person: Person) -> str:
    """The reason of who finds it right and gives none, as on the static pages."""
    return language(person.language).text(RIGHT)


def path_of(subject: Subject) -> str:
    """The address of the decisions on a flag or an answer, below that of the desk."""
    parts = (subject.rule_id,) if subject.rule_id else (subject.scorecard_id, subject.question)
    kind = "decisions" if subject.rule_id else "answers"
    return "/".join(["", kind, *(quote(str(part), safe="") for part in (*parts, subject.call_id))])


def place_of(subject: Subject) -> str:
    """The id of the element that shows what was decided."""
    return f"taken-{hashlib.sha256(subject.key.encode()).hexdigest()[:16]}"


def flag_of(desk: Desk, person: Person, call_id: str, rule_id: str) -> Judged | None:
    """A flag of a call; None if there is none that the person may see."""
    for row in desk.calls.ask(person, "findings_of_call", call_id=call_id):
        if row["rule_id"] == rule_id and row["flagged"]:
            machine = Outcome(row["outcome"])
            right, wrong = RIGHT_OR_WRONG[machine]
            choices: dict[str, str | None] = {right: RIGHT, wrong: N_("Wrong")}
            choices[Outcome.CANNOT_TELL] = N_("Not sure")
            return Judged(Subject(call_id, rule_id), machine, choices)
    return None


def answers_of(desk: Desk, person: Person, call_id: str) -> list[Judged]:
    """The answers in a call; none if the person may not see it."""
    found = []
    for row in desk.calls.ask(person, "answers_of_call", call_id=call_id):
        subject = Subject(call_id, None, row["scorecard_id"], row["question"])
        others = [value for value in AnswerValue if value != row["answer"]]
        choices = dict.fromkeys((row["answer"], *others))
        found.append(Judged(subject, row["answer"], choices))
    return found
