"""Replay stored calls with other rules, and compare the results."""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from statistics import fmean
from typing import TYPE_CHECKING

from qa_rules.evaluation.scoring import score
from qa_rules.evaluation.second_reading import judge_twice

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from models.call import Call
    from qa_rules.results import CallResult, Evaluation, Finding, Outcome
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

    outcomes: tuple[OutcomeChange, ...]
    numbers: tuple[NumberChange, ...]

    def __bool__(self) -> bool:
        return bool(self.outcomes or self.numbers)


@dataclass(frozen=True, slots=True)
class _Side:
    """The findings and scores of one call."""

    findings: Sequence[Finding]
    evaluations: Sequence[Evaluation]


def replay(results: Iterable[CallResult], rulebook: RuleBook) -> Replay:
    """Evaluate stored, redacted calls again, and compare. Nothing is written."""
    outcomes: list[OutcomeChange] = []
    numbers: tuple[_Numbers, _Numbers] = (defaultdict(list), defaultdict(list))
    for result in results:
        before = _Side(result.findings, result.evaluations)
        after = _again(result, rulebook)
        outcomes += _outcomes(result.call, before, after)
        for table, side in zip(numbers, (before, after), strict=True):
            _count(table, result.call, side)
    means = [{key: fmean(values) for key, values in table.items()} for table in numbers]
    return Replay(
        outcomes=tuple(outcomes),
        numbers=tuple(
            NumberChange(kind=kind, name=name, before=old, after=new)
            for kind, name in sorted({*means[0], *means[1]})
            for old, new in [(means[0].get((kind, name)), means[1].get((kind, name)))]
            if old != new
        ),
    )


def _count(numbers: _Numbers, call: Call, side: _Side) -> None:
    """Add a call to every mean to which it contributes."""
    for evaluation in side.evaluations:
        numbers["kpi", "auto_fail_ratio"].append(evaluation.auto_fail)
        if evaluation.score is not None:
            numbers["agent", call.agent_id].append(evaluation.score)
            numbers["scorecard", evaluation.scorecard_id].append(evaluation.score)
            numbers["kpi", "score"].append(evaluation.score)
    flagged = any(finding.flagged for finding in side.findings)
    numbers["kpi", "flagged_call_ratio"].append(flagged)


def _again(result: CallResult, rulebook: RuleBook) -> _Side:
    call, transcript, metrics = result.call, result.transcript, result.metrics
    findings = judge_twice(
        call, transcript, result.pii_spans, metrics, rulebook, result.alternatives
    )
    language = transcript.language
    return _Side(findings, score(call, findings, rulebook, metrics=metrics, language=language))


def _outcomes(call: Call, before: _Side, after: _Side) -> Iterator[OutcomeChange]:
    old = {finding.rule_id: finding for finding in before.findings}
    new = {finding.rule_id: finding for finding in after.findings}
    for name in sorted({*old, *new}):
        said = old[name].outcome if name in old else None
        says = new[name].outcome if name in new else None
        if said != says:
            yield OutcomeChange(
                call_id=call.call_id,
                agent_id=call.agent_id,
                rule_id=name,
                before=said,
                after=says,
                why=new[name].reason.english
                if name in new
                else "The rule is not in force any more.",
            )
