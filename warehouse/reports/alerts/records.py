"""Alerts as a centre writes them, and as they are told."""

from __future__ import annotations

from collections import Counter
from dataclasses import dataclass
from pathlib import Path
from typing import Annotated, Self

from pydantic import Field, StringConstraints, model_validator

from qa_rules.strict_yaml import StrictRecord

EXAMPLES = Path(__file__).with_name("alerts.yaml")
"""Alerts to begin with."""

_Id = Annotated[str, StringConstraints(pattern=r"^[a-z][a-z0-9-]*$", max_length=60)]
_Text = Annotated[str, StringConstraints(min_length=1, max_length=200)]
_Reader = Annotated[str, StringConstraints(min_length=1, max_length=100)]


class Alert(StrictRecord):
    """A figure that is watched.

    Attributes:
        id: Unique in its file; an alert that is in breach under this id is not told again.
        title: The figure with its unit, as it is told.
        titles: The same in further languages, by ISO 639-1 code.
        query: SQL that gives one number, or null where nothing can be said.
        above: The figure is in breach above it.
        below: The figure is in breach below it.
        tell: Ids of those who are told: supervisors, or whoever else has an address.
    """

    id: _Id
    title: _Text
    titles: dict[str, _Text] = Field(default_factory=dict)
    query: Annotated[str, StringConstraints(min_length=1, max_length=10_000)]
    above: float | None = Field(None, allow_inf_nan=False)
    below: float | None = Field(None, allow_inf_nan=False)
    tell: tuple[_Reader, ...] = Field(min_length=1)

    @model_validator(mode="after")
    def _one_limit(self) -> Self:
        if (self.above is None) == (self.below is None):
            raise ValueError("either above or below")
        return self

    @property
    def limit(self) -> float:
        """The limit, whichever way it is."""
        limit = self.below if self.above is None else self.above
        assert limit is not None, "an alert has one limit"
        return limit

    def is_breached(self, value: float) -> bool:
        """Whether a value has passed the limit."""
        return value < self.limit if self.above is None else value > self.limit


class AlertFile(StrictRecord):
    """The alerts of a centre."""

    alerts: tuple[Alert, ...]

    @model_validator(mode="after")
    def _unique_ids(self) -> Self:
        counts = Counter(alert.id for alert in self.alerts)
        if twice := sorted(alert_id for alert_id, count in counts.items() if count > 1):
            raise ValueError(f"alerts have ids of their own; expected {', '.join(twice)} once")
        return self


@dataclass(frozen=True, slots=True)
class Answer:
    """What the query of an alert says now.

    Attributes:
        alert: The alert.
        value: Its figure; None if it is not known, or the query fails.
        fault: Why the query fails, as `path:line: what`; empty if it does not.
    """

    alert: Alert
    value: float | None
    fault: str = ""

    @property
    def is_breached(self) -> bool | None:
        """Whether the figure has passed its limit; None if it is not known."""
        return None if self.value is None else self.alert.is_breached(self.value)
