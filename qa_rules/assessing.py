"""The evaluation of one call: mask, measure, judge, score."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.metrics import conversation_metrics
from qa_rules.evaluation.judging import judge
from qa_rules.evaluation.scoring import score
from qa_rules.pii_detection.detector import find_pii
from qa_rules.pii_detection.redaction.text import redact
from qa_rules.results import CallResult

if TYPE_CHECKING:
    from models.call import Call, Recording
    from models.transcript import Transcript
    from qa_rules.rule_files.rulebook import RuleBook

RESULTS_VERSION = 6
"""Incremented when the same audio, model and rules should give different results."""


def assess(
    call: Call, recording: Recording, transcript: Transcript, rulebook: RuleBook
) -> CallResult:
    """Evaluate one call. `transcript` is unredacted; the result contains only redacted text."""
    spans = find_pii(transcript, rulebook.pii.on(call.started_at.date()), call.agent_name)
    redacted = redact(transcript, spans)
    metrics = conversation_metrics(redacted)
    findings = judge(call, redacted, spans, metrics, rulebook)
    return CallResult(
        call=call,
        recording=recording,
        transcript=redacted,
        metrics=metrics,
        pii_spans=spans,
        findings=findings,
        evaluations=score(call, findings, rulebook, metrics=metrics, language=redacted.language),
        rules_sha256=rulebook.sha256,
        results_version=RESULTS_VERSION,
    )
