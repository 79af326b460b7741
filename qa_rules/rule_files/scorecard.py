"""Scorecards: sections of questions that are answered by rules or metrics."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import Field, model_validator

from qa_rules.results import AnswerValue
from qa_rules.rule_files.operators import Choice, Metadata, OneOrMore, RuleId, Speaker
from qa_rules.strict_yaml import StrictRecord
from qa_rules.versions import VersionedRecord

TOTAL_WEIGHT = 100


Titles = Annotated[
    dict[Annotated[str, Field(pattern="^[a-z]{2}$")], str], Field(default_factory=dict)
]
"""A title in further languages."""


class Band(StrictRecord):
    """A name for scores from a minimum upward."""

    name: str
    from_score: Annotated[float, Field(ge=0, le=100)]


class MetricBand(StrictRecord):
    """The share of a question's weight for metric values up to a limit."""

    up_to: float | None = None
    points_ratio: Annotated[float, Field(ge=0, le=1)]


class MetricQuestion(StrictRecord):
    """A conversation metric and its bands, in ascending order."""

    name: str
    role: Annotated[Speaker, Choice] = Speaker.ANYONE
    bands: Annotated[tuple[MetricBand, ...], Field(min_length=2)]

    @model_validator(mode="after")
    def _rising(self) -> Self:
        limits = [band.up_to for band in self.bands]
        if limits[-1] is not None or None in limits[:-1]:
            raise ValueError("bands with `up_to`, and a last one without for everything above")
        known = [limit for limit in limits if limit is not None]
        if known != sorted(set(known)):
            raise ValueError("bands in rising order of `up_to`")
        return self


class OnlyIf(StrictRecord):
    """The answer to an earlier question on which this one depends."""

    question: RuleId
    answer: Annotated[AnswerValue, Choice]


class Question(StrictRecord):
    """One question; its weight is its share of the score in per cent."""

    id: RuleId
    title: str
    titles: Titles
    weight: Annotated[float, Field(ge=0, le=TOTAL_WEIGHT)]
    rules: Annotated[
        tuple[RuleId, ...],
        OneOrMore,
    ] = ()
    metric: MetricQuestion | None = None
    only_if: OnlyIf | None = None
    auto_fail: bool = False
    critical: bool = False

    @model_validator(mode="after")
    def _one_source(self) -> Self:
        if bool(self.rules) == bool(self.metric):
            raise ValueError("`rules` or `metric`, one of both")
        return self


class Section(StrictRecord):
    """A group of questions."""

    id: RuleId
    title: str
    titles: Titles
    questions: Annotated[tuple[Question, ...], Field(min_length=1)]


class Scorecard(VersionedRecord):
    """One scorecard file."""

    id: RuleId
    title: str
    titles: Titles
    applies_when: Metadata | None = None
    min_answered_ratio: Annotated[float, Field(ge=0, le=1)] = 0.5
    bands: Annotated[tuple[Band, ...], Field(min_length=1)]
    sections: Annotated[tuple[Section, ...], Field(min_length=1)]

    @property
    def questions(self) -> tuple[Question, ...]:
        """All questions in order."""
        return tuple(question for section in self.sections for question in section.questions)

    @model_validator(mode="after")
    def _adds_up(self) -> Self:
        total = sum(question.weight for question in self.questions)
        if abs(total - TOTAL_WEIGHT) > 1e-6:  # noqa: PLR2004  rounding of written decimals
            raise ValueError(f"weights that add up to {TOTAL_WEIGHT}, not to {total:g}")
        ids = [question.id for question in self.questions]
        twice = sorted({name for name in ids if ids.count(name) > 1})
        if twice:
            raise ValueError(f"every question id once, not twice: {', '.join(twice)}")
        starts = [band.from_score for band in self.bands]
        if starts[0] != 0 or starts != sorted(set(starts)):
            raise ValueError("bands that rise from `from_score: 0`")
        return self

    def band_of(self, score: float) -> str:
        """Name of the band of a score."""
        return next(band.name for band in reversed(self.bands) if score >= band.from_score)
