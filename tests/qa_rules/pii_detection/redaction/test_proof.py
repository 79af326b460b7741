"""A copy passes the proof only if it discloses no number, neither spoken nor in tones."""

from __future__ import annotations

from dataclasses import replace

from models.transcript import KeyedDigits, Transcript
from qa_rules.pii_detection.redaction.proof import left_over
from tests.qa_rules.rule_folders import shipped_rulebook

SILENT_COPY = Transcript(
    call_id="c1",
    language="en",
    language_confidence=1.0,
    duration_s=60,
    channel_count=2,
    turns=(),
    model_pin="base@0000",
)


def test_tones_that_are_left_fail_a_copy() -> None:
    """Nothing is said in it, but a decoder reads the number."""
    rules = shipped_rulebook().pii
    assert left_over(SILENT_COPY, rules).passes
    tones = replace(SILENT_COPY, keyed_digits=(KeyedDigits(1, 7.0, 12.0, 16),))
    assert not left_over(tones, rules).passes
