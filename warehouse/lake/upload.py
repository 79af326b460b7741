"""What rows of uploaded files have in common: replacement, subjects and types of cells."""

from __future__ import annotations

import hashlib
import re
from typing import Annotated, Any, ClassVar, Literal, Self

from pydantic import AfterValidator, BaseModel, ConfigDict, StringConstraints, model_validator

from qa_rules.results import AnswerValue, Outcome

_LONG_NUMBER = re.compile(r"\d([ .,-]?\d){12,}")


def has_long_number(text: str) -> bool:
    """Whether a text contains a number as long as a card number."""
    return bool(_LONG_NUMBER.search(text))


def _without_long_number(text: str) -> str:
    if has_long_number(text):
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


class Subject(Upload):
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

    def check_values(self, *values: Verdict | None) -> None:
        """Raise a ValueError unless all values that are given are values of the subject."""
        kind, known = ("question", _ANSWERS) if self.rule_id is None else ("rule", _OUTCOMES)
        if not {value for value in values if value} <= set(known):
            raise ValueError(f"values of a {kind}: {', '.join(known)}")
