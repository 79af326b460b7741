"""Targets of the management report, from a file that managers edit."""

from __future__ import annotations

from pathlib import Path
from typing import Self

from pydantic import Field, model_validator

from qa_rules.strict_yaml import StrictRecord, read_record

DEFAULT_TARGETS = Path(__file__).with_name("targets.yaml")


class Target(StrictRecord):
    """One target: a lower or an upper bound.

    Attributes:
        at_least: The figure should not be below it.
        at_most: The figure should not be above it.
    """

    at_least: float | None = None
    at_most: float | None = None

    @model_validator(mode="after")
    def _one_bound(self) -> Self:
        if (self.at_least is None) == (self.at_most is None):
            raise ValueError("either at_least or at_most")
        return self

    @property
    def bound(self) -> float:
        """The bound."""
        bound = self.at_most if self.at_least is None else self.at_least
        assert bound is not None, "a target has one bound"
        return bound

    def is_better(self, change: float) -> bool:
        """Whether a change is an improvement."""
        return change > 0 if self.at_most is None else change < 0


class TeamTargets(StrictRecord):
    """Targets of one team, instead of those of all teams."""

    score_mean: Target | None = None
    flagged_call_ratio: Target | None = None


class Targets(StrictRecord):
    """A target for each figure of the management report; None for no target.

    Attributes:
        teams: Targets of single teams, by name; what they leave out is as for all.
    """

    score_mean: Target | None = None
    pass_ratio: Target | None = None
    auto_fail_ratio: Target | None = None
    critical_call_ratio: Target | None = None
    flagged_call_ratio: Target | None = None
    resolved_ratio: Target | None = None
    escalation_ratio: Target | None = None
    duration_mean_s: Target | None = None
    handle_time_mean_s: Target | None = None
    hold_mean_s: Target | None = None
    cannot_tell_ratio: Target | None = None
    adoption_ratio: Target | None = None
    teams: dict[str, TeamTargets] = Field(default_factory=dict)

    def of(self, figure: str) -> Target | None:
        """The target of a figure, if any."""
        target: Target | None = getattr(self, figure)
        return target

    def of_team(self, team: str, figure: str) -> Target | None:
        """The target of a figure for a team: its own, or else that of all teams."""
        own: Target | None = getattr(self.teams.get(team), figure, None)
        return own or self.of(figure)


def read_targets(path: Path = DEFAULT_TARGETS) -> Targets:
    """Read a centre's targets.

    Raises:
        RuleFilesError: The file is invalid; lists all errors with their lines.
    """
    return read_record(path, Targets)
