"""Evaluate transcripts from other systems; the output is redacted."""

from __future__ import annotations

from typing import TYPE_CHECKING, Any, NamedTuple

from models.metrics import conversation_metrics
from qa_rules.evaluation.second_reading import judge_twice
from qa_rules.pii_detection.detector import find_pii
from qa_rules.pii_detection.redaction.text import redact

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from models.call import Call
    from models.metrics import Metric
    from models.transcript import Transcript
    from qa_rules.results import Evidence, Finding, PiiSpan
    from qa_rules.rule_files.rulebook import RuleBook


def check_calls(
    calls: Iterable[tuple[Call, Transcript]], rulebook: RuleBook, unjudged: list[str]
) -> Iterator[dict[str, Any]]:
    """One record per call and rule in force, ready to be written as a JSON line.

    Args:
        calls: Unredacted calls.
        rulebook: The rules.
        unjudged: Receives the ids of calls that began when no rule was in force.
    """
    for call, heard in calls:
        if not rulebook.in_force(call.started_at.date()):
            unjudged.append(call.call_id)
            continue
        masked = mask(call, heard, rulebook)
        for finding in judge_twice(call, *masked, rulebook):
            yield _line(call, finding, rulebook)


class Masked(NamedTuple):
    """A redacted transcript with what rules need beside it."""

    transcript: Transcript
    spans: tuple[PiiSpan, ...]
    metrics: tuple[Metric, ...]


def mask(call: Call, heard: Transcript, rulebook: RuleBook) -> Masked:
    """Redact and measure a call as the rules of its day do."""
    spans = find_pii(heard, rulebook.pii.on(call.started_at.date()), call.agent_name)
    transcript = redact(heard, spans)
    return Masked(transcript, spans, conversation_metrics(transcript))


def _line(call: Call, finding: Finding, rulebook: RuleBook) -> dict[str, Any]:
    return {
        "call_id": call.call_id,
        "rule_id": finding.rule_id,
        "rule_version": finding.rule_version,
        "title": rulebook.title_of(finding),
        "outcome": str(finding.outcome),
        "severity": str(finding.severity),
        "rule_severity": str(finding.rule_severity),
        "flagged": finding.flagged,
        "confidence": round(finding.confidence, 3),
        "reason": finding.reason.english,
        "reason_code": str(finding.reason.code),
        "reason_values": finding.reason.plain_values,
        "evidence": [_place(place) for place in finding.evidence],
    }


def _place(place: Evidence) -> dict[str, Any]:
    return {
        "role": str(place.role),
        "turn": place.turn,
        "start_s": round(place.start_s, 3),
        "end_s": round(place.end_s, 3),
        "quote": place.quote,
    }
