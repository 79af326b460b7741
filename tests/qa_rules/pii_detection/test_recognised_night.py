"""The night as recognised on each processor: no protected value can be read or heard."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from qa_rules.pii_detection.detector import find_pii
from qa_rules.pii_detection.redaction.muting import mute_spans
from qa_rules.pii_detection.redaction.text import redact
from tests.bench.pii.leaks import broken_rules, rules_that_blame
from tests.kept import protected_values
from tests.night.ground_truth import protected_spans, truth_of
from tests.night.recognitions.recorded import RENDERINGS, recognitions
from tests.qa_rules.rule_folders import shipped_rulebook

if TYPE_CHECKING:
    from models.transcript import Transcript

NIGHT = Path(__file__).parents[2] / "night"
RULEBOOK = shipped_rulebook()
EDGE_S = 0.05
"""How exact the truth's times are, and a step of a recogniser's."""
MAX_AUDIBLE_S = 0.01


@pytest.fixture(scope="module", params=RENDERINGS)
def rendering(request: pytest.FixtureRequest) -> dict[str, Transcript]:
    """The night's transcripts before masking, as recognised on one processor."""
    return {call_id: one.transcript for call_id, one in recognitions(request.param).items()}


def test_no_word_inside_a_protected_span_is_kept(rendering: dict[str, Transcript]) -> None:
    """Whatever was recognised while a number was spoken is masked, however it was misheard."""
    kept = []
    for call_id, heard in rendering.items():
        redacted = redact(heard, find_pii(heard, RULEBOOK.pii))
        for span in protected_spans(call_id):
            kept += [
                (call_id, span["type"], word.text)
                for turn in redacted.turns
                if turn.role in (span["role"], "unknown")
                for word in turn.words
                if span["start_s"] <= (word.start_s + word.end_s) / 2 <= span["end_s"]
                and not word.text.startswith("[")
            ]
    assert kept == []


def test_no_protected_value_is_kept(rendering: dict[str, Transcript]) -> None:
    """Neither the digits of any protected value of the night nor its spoken words, in any call."""
    texts = [
        (
            Path(call_id),
            "\n".join(turn.text for turn in redact(heard, find_pii(heard, RULEBOOK.pii)).turns),
        )
        for call_id, heard in rendering.items()
    ]
    assert protected_values(texts) == []


def test_nothing_protected_can_be_heard(rendering: dict[str, Transcript]) -> None:
    """The stretches that copies are silent in cover the seconds in which a value is said."""
    for call_id, heard in rendering.items():
        spans = find_pii(heard, RULEBOOK.pii)
        muted = [stretch.bounds_s for stretch in mute_spans(heard, spans, RULEBOOK.pii)]
        for span in protected_spans(call_id):
            start_s, end_s = span["start_s"] + EDGE_S, span["end_s"] - EDGE_S
            silent_s = sum(
                max(0.0, min(end_s, until_s) - max(start_s, from_s)) for from_s, until_s in muted
            )
            assert end_s - start_s - silent_s <= MAX_AUDIBLE_S, (call_id, span["type"], start_s)


def test_agents_are_blamed_for_what_they_said_alone(rendering: dict[str, Transcript]) -> None:
    """Every leak of the night is reported, and nothing else."""
    for call_id, heard in rendering.items():
        known = json.loads((NIGHT / "calls" / f"{call_id}.json").read_bytes())
        blamed = rules_that_blame(heard, known, RULEBOOK)
        assert blamed == broken_rules(truth_of(call_id), known["queue"]), call_id
