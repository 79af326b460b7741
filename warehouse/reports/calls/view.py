"""View model of a call page, with the texts of the rules of that day."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from qa_rules.results import Outcome, Severity

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from models.call import Role
    from models.metrics import Metric
    from models.reasons.reason import Reason
    from qa_rules.results import Answer, CallResult, Evaluation, Finding
    from warehouse.lake.records import QuestionInfo
    from warehouse.reports.calls.human_judgements import CallJudgements, FinalScore, Judgement
    from warehouse.reports.site.rule_texts import RuleTexts

GROUPS = ("to_hear", "failed", "cannot_tell", "passed", "observed", "not_applicable")
"""Groups of findings, in the order of the page."""

_SEVERITIES = tuple(reversed(Severity))

_OUTCOME_GROUPS = {
    Outcome.FAIL: "failed",
    Outcome.CANNOT_TELL: "cannot_tell",
    Outcome.PASS: "passed",
    Outcome.OBSERVED: "observed",
    Outcome.NOT_APPLICABLE: "not_applicable",
}


@dataclass(frozen=True, slots=True, kw_only=True)
class FindingView:
    """A finding with the texts of its rule; `why` only where action is needed."""

    finding: Finding
    title: str
    tags: tuple[str, ...]
    matters: str
    judgement: Judgement | None


class FlaggedWords(NamedTuple):
    """A passage of a turn that supports a finding, with the severity and title of its rule."""

    start_s: float
    end_s: float
    severity: Severity
    title: str


@dataclass(frozen=True, slots=True, kw_only=True)
class AnswerView:
    """An answer with the text of its question; `points` of `weight` were earned.

    Attributes:
        answer: The answer of the machine.
        judgement: The review, if any.
    """

    answer: Answer
    title: str
    critical: bool
    auto_fail: bool
    judgement: Judgement | None

    @property
    def value(self) -> str:
        """The final answer."""
        return self.judgement.value if self.judgement else self.answer.value

    @property
    def points(self) -> float | None:
        """Points earned; None if the answer does not count."""
        ratio = (self.judgement or self.answer).points_ratio
        return None if ratio is None else ratio * self.answer.weight


@dataclass(frozen=True, slots=True, kw_only=True)
class EvaluationView:
    """A scorecard of a call; the score is `100 * points / weight`, or 0 after an auto-fail.

    Attributes:
        evaluation: The evaluation by the machine.
        final: The final score, if a reviewer changed an answer.
    """

    evaluation: Evaluation
    title: str
    answers: tuple[AnswerView, ...]
    final: FinalScore | None

    @property
    def score(self) -> float | None:
        """The final score."""
        return self.final.score if self.final else self.evaluation.score

    @property
    def reason(self) -> Reason | None:
        """Why there is no score; None with one."""
        return self.evaluation.reason if self.score is None else None

    @property
    def auto_fail(self) -> bool:
        """Whether one answer failed the whole call."""
        return self.final.auto_fail if self.final else self.evaluation.auto_fail

    @property
    def band(self) -> str | None:
        """The band of the score; None without one."""
        return self.final.band if self.final else self.evaluation.band

    @property
    def critical_score(self) -> float | None:
        """The score of the critical questions alone."""
        if not self.final:
            return self.evaluation.critical_score
        critical = [shown for shown in self.answers if shown.critical]
        weight = _weight(critical)
        return 100 * _points(critical) / weight if weight else None

    @property
    def points(self) -> float:
        """Points earned."""
        return _points(self.answers)

    @property
    def weight(self) -> float:
        """Possible points: the weight of the questions answered yes or no."""
        return _weight(self.answers)


def _points(answers: Iterable[AnswerView]) -> float:
    return sum(shown.points or 0.0 for shown in answers)


def _weight(answers: Iterable[AnswerView]) -> float:
    return sum(shown.answer.weight for shown in answers if shown.points is not None)


def finding_groups(
    result: CallResult, judged: CallJudgements, texts: RuleTexts, language: str
) -> dict[str, tuple[FindingView, ...]]:
    """Findings grouped by final outcome, the most severe first."""
    groups: dict[str, list[FindingView]] = {name: [] for name in GROUPS}
    for finding in sorted(result.findings, key=_urgency):
        words = texts.rule(finding.rule_id, language, finding.rule_version)
        acts = finding.failed_or_flagged
        view = FindingView(
            finding=finding,
            title=words.title_failed if acts else words.title,
            tags=words.tags,
            matters=words.why if acts else "",
            judgement=judged.rules.get(finding.rule_id),
        )
        groups["to_hear" if finding.flagged else _OUTCOME_GROUPS[finding.outcome]].append(view)
    return {name: tuple(views) for name, views in groups.items()}


def flagged_words(views: Iterable[FindingView]) -> dict[int, list[FlaggedWords]]:
    """The words that support findings, by the index of their turn."""
    words: dict[int, list[FlaggedWords]] = {}
    for view in views:
        for place in view.finding.evidence:
            if place.turn is not None:
                passage = FlaggedWords(
                    place.start_s, place.end_s, view.finding.severity, view.title
                )
                words.setdefault(place.turn, []).append(passage)
    return words


def _urgency(finding: Finding) -> tuple[int, float]:
    return _SEVERITIES.index(finding.severity), -finding.confidence


def evaluation_views(
    result: CallResult, judged: CallJudgements, texts: RuleTexts, language: str
) -> Iterator[EvaluationView]:
    """Every scorecard with the texts of its questions and the final answers."""
    for evaluation in result.evaluations:
        card_id = evaluation.scorecard_id
        card = texts.scorecard(card_id, evaluation.scorecard_version)
        questions = {question.question: question for question in card.questions} if card else {}
        yield EvaluationView(
            evaluation=evaluation,
            title=card.titles.get(language, card.title) if card else card_id,
            final=judged.scores.get(card_id),
            answers=tuple(
                _answer(
                    answer,
                    questions.get(answer.question),
                    judged.answers.get((card_id, answer.question)),
                    language,
                )
                for answer in evaluation.answers
            ),
        )


def _answer(
    answer: Answer, question: QuestionInfo | None, judgement: Judgement | None, language: str
) -> AnswerView:
    return AnswerView(
        answer=answer,
        title=question.titles.get(language, question.title) if question else answer.question,
        critical=bool(question and question.critical),
        auto_fail=bool(question and question.auto_fail),
        judgement=judgement,
    )


def metric_table(metrics: Iterable[Metric]) -> dict[str, dict[Role | None, float]]:
    """Metrics by name, then by role; None is the whole call."""
    table: dict[str, dict[Role | None, float]] = {}
    for metric in metrics:
        table.setdefault(metric.name, {})[metric.role] = metric.value
    return table
