"""The bundled rules recognise why customers call, in what they say in the first minute."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from dataclasses import replace
from functools import partial
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from models.call import Direction, Role
from models.metrics import conversation_metrics
from qa_rules.authoring.example_calls import invented_call, invented_transcript
from qa_rules.evaluation.judging import judge
from qa_rules.results import Outcome
from qa_rules.rule_files.tags import CONTACT_REASON
from tests.night.ground_truth import CALLS
from tests.night.recognitions.recorded import RENDERINGS, recognitions
from tests.qa_rules.rule_folders import shipped_rulebook

if TYPE_CHECKING:
    from collections.abc import Callable

    from models.call import Call
    from models.transcript import Transcript

DAY = dt.date(2026, 6, 1)
BUNDLED = shipped_rulebook()
RULEBOOK = replace(
    BUNDLED, rules=tuple(rule for rule in BUNDLED.rules if CONTACT_REASON in rule.tags)
)
OPENINGS = Path(__file__).with_name("contact_reasons.tsv")
"""Language, rule or `none`, and a customer's first words."""
NIGHT_CALLS = Path(__file__).parents[1] / "night" / "calls"
NIGHT = {
    "lt-0001": {"payment"},
    "lt-0002": {"technical-fault"},
    "lt-0003": {"payment"},
    "lt-0004": {"billing"},
    "lt-0005": {"details-change"},
    "lt-0006": {"billing", "moving-house"},
    "lt-0007": {"account-access"},
    "lt-0009": {"refund"},
    "lt-0010": {"offer"},
    "lt-0011": {"payment"},
    "lt-0012": {"technical-fault"},
    "lt-0013": {"billing"},
    "lt-0014": {"details-change"},
    "lt-0015": {"payment"},
    "lt-0016": {"offer"},
    "lt-0017": {"moving-house", "technical-fault"},
    "lt-0018": {"payment"},
    "lt-0019": {"technical-fault"},
    "lt-0020": {"billing"},
    "lt-0021": {"details-change"},
    "lt-0022": {"payment"},
    "lt-0023": {"offer"},
}
"""Why the customers of the night call; the others are called, or nobody answers."""


def _reasons(call: Call, transcript: Transcript) -> set[str]:
    findings = judge(call, transcript, (), conversation_metrics(transcript), RULEBOOK)
    heard = [finding for finding in findings if finding.outcome is Outcome.OBSERVED]
    assert not any(finding.flagged for finding in heard)
    return {finding.rule_id.removeprefix("reason-") for finding in heard}


def _cases() -> list[tuple[str, str, str]]:
    lines = OPENINGS.read_text(encoding="utf-8").splitlines()
    return [(code, reason, said) for code, reason, said in (line.split("\t") for line in lines)]


@pytest.mark.parametrize("language", RULEBOOK.centre.languages)
def test_openings_have_the_reason_that_was_meant(language: str) -> None:
    """Each invented opening is recognised by its rule alone; small talk by none."""
    wrong = {}
    for code, reason, said in _cases():
        if code == language:
            transcript = invented_transcript(said, Role.CUSTOMER, language)
            found = _reasons(invented_call(DAY), transcript)
            if found != {reason.removeprefix("reason-")} - {"none"}:
                wrong[said] = found
    assert wrong == {}


def _recognised(rendering: str, call_id: str) -> Transcript:
    return recognitions(rendering)[call_id].transcript


@pytest.mark.parametrize("transcript_of", [partial(_recognised, name) for name in RENDERINGS])
def test_reasons_of_the_night(transcript_of: Callable[[str], Transcript]) -> None:
    """On every recorded recognition, no reason is invented and at most two of 24 are missed."""
    counts: Counter[str] = Counter()
    for call_id in CALLS:
        metadata = json.loads((NIGHT_CALLS / f"{call_id}.json").read_bytes())
        direction = Direction(metadata["direction"])
        call = replace(invented_call(DAY), direction=direction)
        found, meant = _reasons(call, transcript_of(call_id)), NIGHT.get(call_id, set())
        counts["missed"] += len(meant - found)
        counts["invented"] += len(found - meant)
    assert counts["invented"] == 0
    assert counts["missed"] <= 2


def test_a_reason_is_only_what_the_customer_says_at_first() -> None:
    """Later words, the agent's words, and outbound calls have no contact reason."""
    said = "I have a question about my bill."
    assert _reasons(invented_call(DAY), invented_transcript(f"customer @55: {said}")) == {"billing"}
    for lines in (f"agent: hello\ncustomer @70: {said}", f"agent: {said}"):
        assert _reasons(invented_call(DAY), invented_transcript(lines)) == set()
    outbound = replace(invented_call(DAY), direction=Direction.OUTBOUND)
    assert _reasons(outbound, invented_transcript(said, Role.CUSTOMER)) == set()
