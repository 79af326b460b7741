"""On the invented night, findings agree with the labels of the authors of its calls."""

from __future__ import annotations

import datetime as dt
import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest

from models.call import Call, Direction, Role
from models.metrics import conversation_metrics
from models.transcript import Transcript, Word
from models.turns import Voice, take_turns
from qa_rules.authoring.accuracy import Label, macro_f1, measure
from qa_rules.evaluation.judging import judge
from qa_rules.pii_detection.detector import find_pii
from qa_rules.pii_detection.redaction.text import redact
from qa_rules.results import Outcome
from tests.night.ground_truth import CALLS, truth_of
from tests.night.recognitions.recorded import recognitions
from tests.qa_rules.rule_folders import shipped_rulebook

if TYPE_CHECKING:
    from collections.abc import Callable, Iterator

    from qa_rules.rule_files.rulebook import RuleBook

NIGHT = Path(__file__).parents[1] / "night"
RULEBOOK = shipped_rulebook()
MEANT = {"hit": Outcome.OBSERVED, "none": Outcome.NOT_APPLICABLE}


def call_of(metadata: dict[str, Any]) -> Call:
    """A call of the night by its sidecar."""
    return Call(
        call_id=metadata["call_id"],
        started_at=dt.datetime.fromisoformat(metadata["started_at"]),
        agent_id=metadata["agent_id"],
        agent_name=metadata["agent_name"],
        team=metadata["team"],
        supervisor_id=metadata["supervisor_id"],
        supervisor_name=metadata["supervisor_name"],
        queue=metadata["queue"],
        direction=Direction(metadata["direction"]),
    )


def _transcript(truth: dict[str, Any]) -> Transcript:
    voices = []
    for channel, role in enumerate((Role.AGENT, Role.CUSTOMER)):
        words = tuple(
            Word(word["word"], word["start_s"], word["end_s"], 1.0)
            for word in truth["words"]
            if word["role"] == role
        )
        if words:
            voices.append(Voice(channel, words, role, 1.0))
    return Transcript(
        call_id=truth["call_id"],
        language=truth["language"],
        language_confidence=1.0,
        duration_s=truth["duration_s"],
        channel_count=2,
        turns=take_turns(voices),
        model_pin="truth",
    )


def spoken(call_id: str) -> Transcript:
    """The words that were spoken."""
    return _transcript(truth_of(call_id))


def recognised(rendering: str, call_id: str) -> Transcript:
    """The words as recognised on one processor."""
    return recognitions(rendering)[call_id].transcript


def night_labels(
    transcript_of: Callable[[str], Transcript], rulebook: RuleBook = RULEBOOK
) -> Iterator[Label]:
    """What was meant and what is said of every labelled rule of every call."""
    for call_id in CALLS:
        truth = truth_of(call_id)
        metadata = json.loads((NIGHT / "calls" / f"{call_id}.json").read_bytes())
        heard = transcript_of(call_id)
        spans = find_pii(heard, rulebook.pii)
        transcript = redact(heard, spans)
        metrics = conversation_metrics(transcript)
        findings = judge(call_of(metadata), transcript, spans, metrics, rulebook)
        said = {finding.rule_id: finding.outcome for finding in findings}
        for rule_id, meant in truth["rules"].items():
            yield Label(
                rule_id=rule_id,
                language=truth["language"],
                wanted=MEANT.get(meant) or Outcome(meant),
                said=said[rule_id],
            )


def test_rules_say_what_was_meant() -> None:
    """Macro F1 is at least 0.95 on the spoken words."""
    accuracies = measure(night_labels(spoken))
    assert {accuracy.language for accuracy in accuracies} == {"en", "es", "it"}
    assert macro_f1(accuracies) >= 0.95, [row for row in accuracies if row.f1 < 1]


def test_precision_and_recall_are_counted_by_hand() -> None:
    """Two fails wanted, two said, one of them right; no verdict is one outcome."""
    rows = [("fail", "fail"), ("fail", "cannot_tell"), ("pass", "fail")]
    labels = [
        Label(rule_id="r", language="en", wanted=Outcome(wanted), said=Outcome(said))
        for wanted, said in rows
    ]
    by_outcome = {row.outcome: row for row in measure(labels)}
    fails = by_outcome[Outcome.FAIL]
    assert (fails.precision, fails.recall, fails.f1) == pytest.approx((0.5, 0.5, 0.5))
    assert by_outcome[Outcome.PASS].recall == 0
    assert by_outcome[None].precision == 0
    assert macro_f1(measure(labels)) == pytest.approx(0.5 / 3)
