"""A fail on weak grounds weighs less than its rule says, says so, and fails no whole call."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from models.call import Recording
from models.reasons.codes import ReasonCode
from qa_rules.assessing import assess
from qa_rules.authoring.example_calls import invented_call, invented_transcript
from qa_rules.evaluation.severity import CLEAR
from qa_rules.results import Finding, Outcome, Severity
from qa_rules.rule_files.rulebook import load_rulebook
from tests.qa_rules.rule_folders import HEAD, judged, write_rule

if TYPE_CHECKING:
    from models.transcript import Transcript
    from qa_rules.results import CallResult

DAY = dt.date(2026, 3, 10)
RECORDING = Recording(
    path=Path("a.wav"), audio_sha256="0" * 64, duration_s=9.0, channel_count=2, sample_rate_hz=8000
)
FORBIDDEN = "speaker: agent\nexpect: absent\nmatch: {phrases: you are lying}\n"
EXPECTED = "speaker: agent\nexpect: present\nmatch: {phrases: this call is recorded}\n"
SAID = "agent: well you are lying to me\ncustomer: I am not"
SURE, UNSURE = CLEAR + 0.1, CLEAR - 0.1
CARD = """\
id: test-card
version: 1
title: An invented scorecard
effective_from: 2026-01-01
bands: [{name: low, from_score: 0}, {name: high, from_score: 80}]
sections:
  - id: all
    title: All
    questions:
      - {id: one, title: First?, weight: 60, rules: test-other}
      - {id: two, title: Second?, weight: 40, rules: test-rule, auto_fail: true}
"""


def _heard(said: str, confidence: float) -> Transcript:
    transcript = invented_transcript(said)
    turns = (
        replace(turn, words=tuple(replace(word, confidence=confidence) for word in turn.words))
        for turn in transcript.turns
    )
    return replace(transcript, turns=tuple(turns))


def _head(severity: str) -> str:
    return HEAD.replace("severity: major", f"severity: {severity}")


def _judged(folder: Path, severity: str, confidence: float, rule: str = FORBIDDEN) -> Finding:
    write_rule(folder, rule, head=_head(severity))
    return judged(load_rulebook(folder), _heard(SAID, confidence), DAY)


@pytest.mark.parametrize("rule", [FORBIDDEN, EXPECTED], ids=["forbidden", "expected"])
@pytest.mark.parametrize(
    ("severity", "confidence", "effective", "flagged"),
    [
        ("critical", SURE, Severity.CRITICAL, True),
        ("critical", UNSURE, Severity.MAJOR, True),
        ("major", SURE, Severity.MAJOR, True),
        ("major", UNSURE, Severity.MINOR, False),
        ("minor", UNSURE, Severity.MINOR, False),
    ],
)
def test_unclear_words_lower_a_fail_by_one_step(
    tmp_path: Path,
    rule: str,
    severity: str,
    confidence: float,
    effective: Severity,
    *,
    flagged: bool,
) -> None:
    """What is said, or not said, in unclear words weighs less; a minor fail flags nobody."""
    finding = _judged(tmp_path, severity, confidence, rule)
    assert finding.outcome is Outcome.FAIL
    assert (finding.rule_severity, finding.severity) == (Severity(severity), effective)
    assert finding.flagged is flagged
    is_told = finding.reason.code is ReasonCode.WEAK_GROUNDS
    assert is_told is (finding.severity is not finding.rule_severity)


def test_a_lowered_fail_says_why(tmp_path: Path) -> None:
    """The reason keeps what was found, and names both severities."""
    assert _judged(tmp_path, "critical", 0.65).reason.english == (
        "Heard from the agent at 0:00, which is not allowed."
        " Severity major instead of critical: the evidence is unclear."
    )


def test_a_rule_that_always_flags_flags_on_weak_grounds(tmp_path: Path) -> None:
    """`flag: true` does not depend on the severity."""
    finding = _judged(tmp_path, "major", UNSURE, f"flag: true\n{FORBIDDEN}")
    assert (finding.severity, finding.flagged) == (Severity.MINOR, True)


@pytest.mark.parametrize("outcome_of", ["present", "observe"])
def test_what_is_no_fail_keeps_its_severity(tmp_path: Path, outcome_of: str) -> None:
    """A pass in unclear words accuses nobody, so there is nothing to lower."""
    rule = FORBIDDEN.replace("absent", outcome_of)
    finding = _judged(tmp_path, "critical", UNSURE, rule)
    assert finding.outcome in {Outcome.PASS, Outcome.OBSERVED}
    assert finding.severity is Severity.CRITICAL


def _assessed(folder: Path, transcript: Transcript, second: str | None = None) -> CallResult:
    card = folder / "scorecards" / "test-card.yaml"
    card.parent.mkdir()
    card.write_text(CARD, encoding="utf-8")
    write_rule(folder, "expect: present\nmatch: {phrases: well}\n", "test-other")
    write_rule(folder, FORBIDDEN, head=_head("critical"))
    words = invented_transcript(f"agent: {second}").turns[0].words if second else ()
    return assess(
        invented_call(DAY),
        RECORDING,
        transcript,
        load_rulebook(folder),
        (lambda turns: dict.fromkeys(turns, words)) if second else None,
    )


def _finding(result: CallResult) -> Finding:
    return next(finding for finding in result.findings if finding.rule_id == "test-rule")


@pytest.mark.parametrize(("confidence", "score"), [(SURE, 0.0), (UNSURE, 60.0)])
def test_weak_grounds_fail_no_whole_call(tmp_path: Path, confidence: float, score: float) -> None:
    """The question is still answered no and earns nothing, but the others keep their points."""
    (evaluation,) = _assessed(tmp_path, _heard(SAID, confidence)).evaluations
    assert (evaluation.auto_fail, evaluation.score) == (score == 0, score)
    assert evaluation.answers[1].points_ratio == 0
    assert evaluation.answers[1].is_weak is (score > 0)


def test_a_lowered_flag_is_still_judged_twice(tmp_path: Path) -> None:
    """A second recognition that agrees lets it stand, and the note stays."""
    finding = _finding(_assessed(tmp_path, _heard(SAID, UNSURE), "well you are lying to me"))
    assert (finding.flagged, finding.severity) == (True, Severity.MAJOR)
    assert finding.reason.code is ReasonCode.WEAK_GROUNDS


def test_a_lowered_flag_that_is_heard_otherwise_is_none(tmp_path: Path) -> None:
    """A second recognition without the words leaves it open, at the rule's severity."""
    finding = _finding(_assessed(tmp_path, _heard(SAID, UNSURE), "well you are flying to me"))
    assert (finding.outcome, finding.flagged) == (Outcome.CANNOT_TELL, False)
    assert finding.reason.code is ReasonCode.READINGS_DIFFER
    assert finding.severity is Severity.CRITICAL


def test_a_lowered_flag_may_be_heard_once(tmp_path: Path) -> None:
    """Without a second recognition it says so, and that it was lowered."""
    finding = _finding(_assessed(tmp_path, _heard(SAID, UNSURE)))
    assert finding.reason.code is ReasonCode.HEARD_ONCE
    assert finding.reason.values["reason"].code is ReasonCode.WEAK_GROUNDS


@pytest.mark.parametrize(
    ("said", "severity"),
    [
        ("vale, seis uno dos, tres cuatro cinco, seis siete ocho", Severity.MAJOR),
        ("mi teléfono es seis uno dos, tres cuatro cinco, seis siete ocho", Severity.CRITICAL),
    ],
)
def test_personal_data_by_its_shape_alone_is_weak(
    tmp_path: Path, said: str, severity: Severity
) -> None:
    """A number that nobody calls a telephone number is one only probably."""
    rule = "expect: absent\nmatch: {pii: {type: phone, act: volunteered}}\n"
    write_rule(tmp_path, rule, head=_head("critical"))
    copied = tmp_path / "pii"
    copied.symlink_to(Path(__file__).parents[3] / "qa_rules" / "pii")
    transcript = invented_transcript(f"agent: dígame\ncustomer: {said}", language="es")
    result = assess(invented_call(DAY), RECORDING, transcript, load_rulebook(tmp_path))
    finding = _finding(result)
    assert (finding.outcome, finding.severity) == (Outcome.FAIL, severity)
