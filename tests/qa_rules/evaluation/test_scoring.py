"""A score can be recomputed by hand from the answers."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from models.call import Role
from models.metrics import Metric
from models.reasons.codes import ReasonCode
from models.reasons.reason import Reason
from qa_rules.authoring.check import check_rules
from qa_rules.authoring.example_calls import invented_call
from qa_rules.evaluation.scoring import score
from qa_rules.results import AnswerValue, Evaluation, Finding, Outcome, Severity
from qa_rules.rule_files.rulebook import load_rulebook
from tests.qa_rules.rule_folders import write_rule

if TYPE_CHECKING:
    from pathlib import Path

DAY = dt.date(2026, 3, 10)
CARD = """\
id: test-card
version: 3
title: An invented scorecard
effective_from: 2026-01-01
bands: [{name: low, from_score: 0}, {name: high, from_score: 80}]
sections:
  - id: all
    title: All
    questions:
      - {id: one, title: First?, weight: 50, rules: rule-one, critical: true}
      - {id: two, title: Second?, weight: 30, rules: [rule-two, rule-three], auto_fail: true}
      - id: three
        title: Third?
        weight: 10
        rules: rule-three
        only_if: {question: one, answer: "yes"}
      - id: four
        title: Fourth?
        weight: 10
        metric:
          name: interruption_count
          role: agent
          bands: [{up_to: 0, points_ratio: 1}, {up_to: 4, points_ratio: 0.5}, {points_ratio: 0}]
"""
P, F, N, C = Outcome.PASS, Outcome.FAIL, Outcome.NOT_APPLICABLE, Outcome.CANNOT_TELL


def _folder(folder: Path, card: str = CARD) -> Path:
    for name in ("one", "two", "three"):
        write_rule(folder, "expect: present\nmatch: {phrases: hi}\n", f"rule-{name}")
    path = folder / "scorecards" / "test-card.yaml"
    path.parent.mkdir()
    path.write_text(card, encoding="utf-8")
    return folder


def _evaluate(folder: Path, outcomes: tuple[Outcome, ...], interruptions: float) -> Evaluation:
    findings = [
        Finding(
            rule_id=f"rule-{name}",
            rule_version=1,
            outcome=outcome,
            severity=Severity.MAJOR,
            rule_severity=Severity.MAJOR,
            flagged=False,
            confidence=1.0,
            reason=Reason(ReasonCode.NO_SPEECH),
            evidence=(),
        )
        for name, outcome in zip(("one", "two", "three"), outcomes, strict=True)
    ]
    metrics = [
        Metric("word_count", Role.AGENT, 20),
        Metric("interruption_count", Role.AGENT, interruptions),
    ]
    rulebook = load_rulebook(_folder(folder))
    (evaluation,) = score(invented_call(DAY), findings, rulebook, metrics=metrics)
    return evaluation


@pytest.mark.parametrize(
    ("outcomes", "interruptions", "total", "critical"),
    [
        ((P, P, P), 0, 100.0, 100.0),
        ((P, P, P), 3, 95.0, 100.0),
        ((P, P, P), 9, 90.0, 100.0),
        ((F, P, P), 0, 100 * 40 / 90, 0.0),
        ((N, P, P), 0, 100.0, None),
        ((P, C, P), 9, 100 * 60 / 70, 100.0),
        ((P, F, P), 0, 0.0, 100.0),
        ((P, P, C), 0, 100.0, 100.0),
    ],
)
def test_a_score_is_points_over_possible_points(
    tmp_path: Path,
    outcomes: tuple[Outcome, ...],
    interruptions: float,
    total: float,
    critical: float | None,
) -> None:
    """Inapplicable or undecided answers count in neither sum; an auto-fail leaves no points."""
    evaluation = _evaluate(tmp_path, outcomes, interruptions)
    assert evaluation.score == pytest.approx(total)
    assert evaluation.critical_score == (critical if critical is None else pytest.approx(critical))
    assert evaluation.band == ("high" if total >= 80 else "low")
    assert evaluation.auto_fail is (outcomes[1] is F)
    assert sum(answer.weight for answer in evaluation.answers) == 100


def test_a_conditional_question_is_not_asked_otherwise(tmp_path: Path) -> None:
    """It answers na and names the question that it depends on."""
    answers = {answer.question: answer for answer in _evaluate(tmp_path, (F, P, P), 0).answers}
    assert answers["three"].value is AnswerValue.NA
    assert answers["three"].reason.values == {"question": "one", "answer": "yes"}


@pytest.mark.parametrize(
    ("outcomes", "answered"),
    [((C, P, P), 40 / 90), ((C, F, P), 40 / 90), ((C, C, C), 10 / 90)],
)
def test_too_few_answers_give_no_score(
    tmp_path: Path, outcomes: tuple[Outcome, ...], answered: float
) -> None:
    """Less than half of the weight answered: no score, no band, no auto-fail, but why."""
    evaluation = _evaluate(tmp_path, outcomes, 0)
    assert (evaluation.score, evaluation.critical_score, evaluation.band) == (None, None, None)
    assert not evaluation.auto_fail
    assert evaluation.answered_ratio == pytest.approx(answered)
    assert evaluation.reason is not None
    assert evaluation.reason.code is ReasonCode.NOT_ENOUGH_HEARD
    assert evaluation.reason.values["min_answered_ratio"] == 0.5


def test_a_scorecard_says_how_much_must_be_answered(tmp_path: Path) -> None:
    """Questions that do not apply do not withhold a score; those that cannot be told do."""
    content = CARD.replace("bands:", "min_answered_ratio: 0.4\nbands:", 1)
    _folder(tmp_path, content)
    (card,) = load_rulebook(tmp_path).scorecards
    assert card.min_answered_ratio == 0.4
    assert _evaluate(tmp_path / "default", (N, P, P), 0).reason is None


def test_the_two_sides_are_needed_for_an_interruption(tmp_path: Path) -> None:
    """Without the customer's words, interruptions of the customer are unknown."""
    metrics = [
        Metric("word_count", Role.AGENT, 20),
        Metric("word_count", Role.CUSTOMER, 0),
        Metric("interruption_count", Role.AGENT, 0),
    ]
    rulebook = load_rulebook(_folder(tmp_path))
    (evaluation,) = score(invented_call(DAY), (), rulebook, metrics=metrics)
    answers = {answer.question: answer for answer in evaluation.answers}
    assert answers["four"].value is AnswerValue.UNKNOWN
    assert answers["four"].reason.code is ReasonCode.NO_WORDS_OF_CUSTOMER


def test_without_any_answer_there_is_no_score(tmp_path: Path) -> None:
    """A call without any answer has no score."""
    rulebook = load_rulebook(_folder(tmp_path))
    (evaluation,) = score(invented_call(DAY), (), rulebook)
    assert (evaluation.score, evaluation.band) == (None, None)


@pytest.mark.parametrize(
    ("old", "new", "what"),
    [
        ("weight: 50", "weight: 40", "weights that add up to 100, not to 90"),
        ("rules: rule-one", "rules: rule-none", "unknown rule `rule-none`"),
        ("{question: one", "{question: five", "`five` is not asked before"),
        ("id: two", "id: one", "every question id once"),
        ("from_score: 80", "from_score: 0", "bands that rise"),
        ("{points_ratio: 0}", "{up_to: 9, points_ratio: 0}", "a last one without"),
        (
            "effective_from:",
            "effective_until: 2020-01-01\neffective_from:",
            "after `effective_from`",
        ),
        ("id: test-card", "id: other-card", "the name of the file"),
    ],
)
def test_faults_of_a_scorecard(tmp_path: Path, old: str, new: str, what: str) -> None:
    """Each kind of mistake has its own message."""
    (fault,) = check_rules(_folder(tmp_path, CARD.replace(old, new)))
    assert what in fault
    assert "test-card.yaml:" in fault
