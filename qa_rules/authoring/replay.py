"""Replay stored calls with other rules, and compare the results."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING

from qa_rules.assessing import judge_again

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from qa_rules.results import CallResult, Outcome
    from qa_rules.rule_files.rulebook import RuleBook

    _Numbers = defaultdict[tuple[str, str], list[float]]


@dataclass(frozen=True, slots=True, kw_only=True)
class OutcomeChange:
    """A changed outcome of one rule for one call; None if the rule is not in force."""

    call_id: str
    agent_id: str
    rule_id: str
    before: Outcome | None
    after: Outcome | None
    why: str


@dataclass(frozen=True, slots=True, kw_only=True)
class NumberChange:
    """A changed mean over the calls; None if it is not defined.

    Attributes:
        kind: agent, scorecard or kpi.
        name: Id of the agent or scorecard, whose score is averaged, or name of the KPI.
    """

    kind: str
    name: str
    before: float | None
    after: float | None


@dataclass(frozen=True, slots=True, kw_only=True)
class Replay:
    """All changes; empty if the rules give the same results."""

    outcomes: tuple[OutcomeChange, ...] = ()
    numbers: tuple[NumberChange, ...] = ()

    def __bool__(self) -> bool:
        return bool(self.outcomes or self.numbers)


def replay(results: Iterable[CallResult], rulebook: RuleBook) -> Replay:
    """Judge stored, redacted calls again, and compare. Nothing is written."""
    comparison = Comparison()
    for result in results:
        comparison.add(result, judge_again(result, rulebook))
    return comparison.replay()


class Comparison:
    """Compares results before and after, one call at a time; only what changed is kept."""

    def __init__(self) -> None:
        self._outcomes: list[OutcomeChange] = []
        self._numbers: tuple[_Numbers, _Numbers] = (defaultdict(list), defaultdict(list))

    def add(self, before: CallResult, after: CallResult) -> None:
        """Compare two results of one call."""
        self._outcomes += _outcomes(before, after)
        for table, result in zip(self._numbers, (before, after), strict=True):
            _count(table, result)

    def replay(self) -> Replay:
        """All changes so far."""
        means = [{key: fmean(values) for key, values in table.items()} for table in self._numbers]
        return Replay(
            outcomes=tuple(self._outcomes),
            numbers=tuple(
                NumberChange(kind=kind, name=name, before=old, after=new)
                for kind, name in sorted({*means[0], *means[1]})
                for old, new in [(means[0].get((kind, name)), means[1].get((kind, name)))]
                if old != new
            ),
        )


def _count(numbers: _Numbers, result: CallResult) -> None:
    """Add a call to every mean to which it contributes."""
    for evaluation in result.evaluations:
        numbers["kpi", "auto_fail_ratio"].append(evaluation.auto_fail)
        if evaluation.score is not None:
            numbers["agent", result.call.agent_id].append(evaluation.score)
            numbers["scorecard", evaluation.scorecard_id].append(evaluation.score)
            numbers["kpi", "score"].append(evaluation.score)
    flagged = any(finding.flagged for finding in result.findings)
    numbers["kpi", "flagged_call_ratio"].append(flagged)


def _outcomes(before: CallResult, after: CallResult) -> Iterator[OutcomeChange]:
    old = {finding.rule_id: finding for finding in before.findings}
    new = {finding.rule_id: finding for finding in after.findings}
    for name in sorted({*old, *new}):
        said = old[name].outcome if name in old else None
        says = new[name].outcome if name in new else None
        if said != says:
            yield OutcomeChange(
                call_id=after.call.call_id,
                agent_id=after.call.agent_id,
                rule_id=name,
                before=said,
                after=says,
                why=new[name].reason.english
                if name in new
                else "The rule is not in force any more.",
            )
