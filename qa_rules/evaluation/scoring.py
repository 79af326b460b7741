"""Score a call: its findings and metrics answer the questions of the scorecards in force."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

from models.call import Role
from models.metrics import TWO_SIDED_METRICS
from models.reasons.codes import ReasonCode
from models.reasons.reason import Reason, rounded
from qa_rules.evaluation.severity import is_lowered
from qa_rules.matching.facts import ROLES, Facts
from qa_rules.results import Answer, AnswerValue, Evaluation, Finding, Outcome

if TYPE_CHECKING:
    from collections.abc import Iterable, Mapping, Sequence

    from models.call import Call
    from models.metrics import Metric
    from qa_rules.rule_files.rulebook import RuleBook
    from qa_rules.rule_files.scorecard import MetricQuestion, Question, Scorecard

    _Outcomes = Mapping[str, Finding]
    _Metrics = Mapping[tuple[str, Role | None], float]

_VALUES = {
    Outcome.PASS: AnswerValue.YES,
    Outcome.FAIL: AnswerValue.NO,
    Outcome.NOT_APPLICABLE: AnswerValue.NA,
    Outcome.CANNOT_TELL: AnswerValue.UNKNOWN,
    Outcome.OBSERVED: AnswerValue.NA,
}
_POINTS = {AnswerValue.YES: 1.0, AnswerValue.NO: 0.0}
_NO_WORDS = {
    Role.AGENT: ReasonCode.NO_WORDS_OF_AGENT,
    Role.CUSTOMER: ReasonCode.NO_WORDS_OF_CUSTOMER,
}
_DECIDES = (AnswerValue.NO, AnswerValue.UNKNOWN, AnswerValue.YES, AnswerValue.NA)
"""Of the answers of a question's rules, the first in this order is the question's answer."""


def score(
    call: Call,
    findings: Sequence[Finding],
    rulebook: RuleBook,
    *,
    metrics: Sequence[Metric] = (),
    language: str | None = None,
    unmeasurable: Reason | None = None,
) -> tuple[Evaluation, ...]:
    """Evaluate a call by every scorecard in force for it, in order of id.

    Args:
        call: Decides, by its start and metadata, which scorecards are in force.
        findings: Of this call.
        rulebook: Holds the scorecards.
        metrics: Answer questions that ask for a metric; without it they are unknown.
        language: Of the transcript; by default what the metadata says.
        unmeasurable: Why no question about a metric can be answered, if that is so.
    """
    outcomes = {finding.rule_id: finding for finding in findings}
    values = {(metric.name, metric.role): metric.value for metric in metrics}
    facts = Facts(call, language or call.language, values.get(("duration_s", None)))
    return tuple(
        _evaluate(card, outcomes, values if unmeasurable is None else unmeasurable)
        for card in sorted(rulebook.scorecards, key=lambda card: card.id)
        if card.in_force(call.started_at.date())
        and (card.applies_when is None or facts.fit(card.applies_when))
    )


def _evaluate(card: Scorecard, outcomes: _Outcomes, metrics: _Metrics | Reason) -> Evaluation:
    answers: dict[str, Answer] = {}
    for section in card.sections:
        for question in section.questions:
            value, ratio, reason = _answer(question, answers, outcomes, metrics)
            answers[question.id] = Answer(
                section=section.id,
                question=question.id,
                value=value,
                weight=question.weight,
                points_ratio=ratio,
                rule_ids=question.rules,
                reason=reason,
                is_weak=value is AnswerValue.NO and _is_weak(question, outcomes),
            )
    answered = _answered_ratio(answers.values())
    plain = Evaluation(
        scorecard_id=card.id,
        scorecard_version=card.version,
        score=None,
        auto_fail=False,
        band=None,
        answers=tuple(answers.values()),
        answered_ratio=answered,
        min_answered_ratio=card.min_answered_ratio,
    )
    if answered is not None and answered < card.min_answered_ratio:
        asked = {"answered_ratio": answered, "min_answered_ratio": card.min_answered_ratio}
        return replace(plain, reason=Reason(ReasonCode.NOT_ENOUGH_HEARD, asked))
    return _scored(plain, card, answers)


def _scored(plain: Evaluation, card: Scorecard, answers: Mapping[str, Answer]) -> Evaluation:
    """The evaluation with the score of its answers."""
    auto_fail = any(
        question.auto_fail
        and answers[question.id].value is AnswerValue.NO
        and not answers[question.id].is_weak
        for question in card.questions
    )
    total = _ratio(answers.values())
    points = None if total is None else 0.0 if auto_fail else 100 * total
    critical = _ratio(answers[question.id] for question in card.questions if question.critical)
    return replace(
        plain,
        score=points,
        critical_score=None if critical is None else 100 * critical,
        auto_fail=auto_fail,
        band=None if points is None else card.band_of(points),
    )


def _answered_ratio(answers: Iterable[Answer]) -> float | None:
    """Share of the applicable weight that was answered."""
    asked = [answer for answer in answers if answer.value is not AnswerValue.NA]
    total = sum(answer.weight for answer in asked)
    known = sum(answer.weight for answer in asked if answer.value is not AnswerValue.UNKNOWN)
    return known / total if total else None


def _ratio(answers: Iterable[Answer]) -> float | None:
    """Share of the possible weight that was earned; na and unknown count in neither."""
    counted = [answer for answer in answers if answer.points_ratio is not None]
    possible = sum(answer.weight for answer in counted)
    if not possible:
        return None
    return sum(answer.weight * (answer.points_ratio or 0.0) for answer in counted) / possible


def _answer(
    question: Question,
    earlier: Mapping[str, Answer],
    outcomes: _Outcomes,
    metrics: _Metrics | Reason,
) -> tuple[AnswerValue, float | None, Reason]:
    """Value, share of the weight and reason; where metrics are a reason, they are not known."""
    condition = question.only_if
    if condition and earlier[condition.question].value is not condition.answer:
        asked = {"question": condition.question, "answer": str(condition.answer)}
        return AnswerValue.NA, None, Reason(ReasonCode.NOT_ASKED, asked)
    if question.metric:
        if isinstance(metrics, Reason):
            return AnswerValue.UNKNOWN, None, metrics
        return _by_metric(question.metric, metrics)
    return _by_rules(question, outcomes)


def _by_rules(question: Question, outcomes: _Outcomes) -> tuple[AnswerValue, float | None, Reason]:
    found = [outcomes[rule] for rule in question.rules if rule in outcomes]
    if not found:
        return AnswerValue.NA, None, Reason(ReasonCode.NO_RULE_IN_FORCE)
    decisive = min(found, key=lambda one: (_DECIDES.index(_VALUES[one.outcome]), is_lowered(one)))
    value = _VALUES[decisive.outcome]
    return value, _POINTS.get(value), decisive.reason


def _is_weak(question: Question, outcomes: _Outcomes) -> bool:
    """Whether its rules fail on weak grounds alone, which must not fail a whole call."""
    found = [outcomes[rule] for rule in question.rules if rule in outcomes]
    fails = [finding for finding in found if finding.outcome is Outcome.FAIL]
    return bool(fails) and all(map(is_lowered, fails))


def _by_metric(
    question: MetricQuestion, metrics: _Metrics
) -> tuple[AnswerValue, float | None, Reason]:
    role = ROLES[question.role]
    value = metrics.get((question.name, role))
    if question.name in TWO_SIDED_METRICS:
        for side, no_words in _NO_WORDS.items():
            if metrics.get(("word_count", side)) == 0:
                return AnswerValue.UNKNOWN, None, Reason(no_words)
    if role and not metrics.get(("word_count", role)):
        return AnswerValue.UNKNOWN, None, Reason(_NO_WORDS[role])
    if value is None:
        unknown = Reason(ReasonCode.METRIC_NOT_KNOWN, {"metric": question.name})
        return AnswerValue.UNKNOWN, None, unknown
    band = next(band for band in question.bands if band.up_to is None or value <= band.up_to)
    answer = AnswerValue.YES if band.points_ratio > 0 else AnswerValue.NO
    earned = {"metric": question.name, "value": rounded(value), "points_ratio": band.points_ratio}
    return answer, band.points_ratio, Reason(ReasonCode.METRIC_EARNS, earned)
