"""Leak verdicts on the night, compared with the rules that each call really breaks."""

from __future__ import annotations

import datetime as dt
import json
from collections import Counter
from dataclasses import replace
from typing import TYPE_CHECKING, Any

from models.call import Direction
from models.metrics import conversation_metrics
from qa_rules.authoring.example_calls import invented_call
from qa_rules.evaluation.judging import judge
from qa_rules.pii_detection.detector import find_pii
from qa_rules.pii_detection.redaction.text import redact
from qa_rules.results import Outcome
from qa_rules.rule_files.rulebook import RuleBook, load_rulebook
from tests.bench.pii.sets import read_sets

if TYPE_CHECKING:
    from pathlib import Path

    from models.transcript import Transcript
    from tests.bench.pii.sets import Labelled

PAYMENT_QUEUES = frozenset({"payments", "billing", "collections", "sales"})
CARD = frozenset({"card_number", "card_expiry", "cvv"})
IDENTITY = frozenset({"us_ssn", "uk_nino", "es_dni", "es_nie", "it_codice_fiscale"})
DIGITS = IDENTITY | {"card_number", "cvv", "iban", "bank_account"}
PERSONAL = IDENTITY | {"date_of_birth", "address", "phone", "email"}
GIVEN_BY_CUSTOMER = frozenset({"asked", "volunteered"})
SAID_BY_AGENT = frozenset({"repeated", "disclosed"})
BLAMED = {
    "conduct-card-outside-payment": Outcome.FAIL,
    "conduct-card-read-back": Outcome.OBSERVED,
    "conduct-cvv-repeated": Outcome.FAIL,
    "conduct-digits-disclosed": Outcome.FAIL,
    "conduct-identity-disclosed": Outcome.FAIL,
}
"""The leak rules, each with the outcome that means a leak."""


def leak_verdicts(night: Path, rules: Path) -> dict[str, Any]:
    """Precision and recall of the leak rules' verdicts, and of what agents said, on the night."""
    rulebook = load_rulebook(rules)
    calls, acts = Counter[str](), Counter[str]()
    for item in read_sets(None, night):
        truth = json.loads((night / "truth" / f"{item.transcript.call_id}.json").read_bytes())
        known = json.loads((night / "calls" / f"{item.transcript.call_id}.json").read_bytes())
        heard = rules_that_blame(item.transcript, known, rulebook)
        calls += _counts(heard, broken_rules(truth, known["queue"]))
        acts += _acts(item, rulebook)
    return _scores("verdict", calls) | _scores("agent_act", acts)


def broken_rules(truth: dict[str, Any], queue: str) -> set[str]:
    """The leak rules that a call breaks according to its labels."""
    said = [(span["type"], span["act"], span["start_s"]) for span in truth["pii"]]
    checked_s = min(
        (
            start_s
            for type_, act, start_s in said
            if act in GIVEN_BY_CUSTOMER and type_ in {"person_name", "date_of_birth"} | IDENTITY
        ),
        default=float("inf"),
    )
    broken = {
        "conduct-cvv-repeated": any(t == "cvv" and act in SAID_BY_AGENT for t, act, _ in said),
        "conduct-card-read-back": any(
            t == "card_number" and act in SAID_BY_AGENT for t, act, _ in said
        ),
        "conduct-digits-disclosed": any(t in DIGITS and act == "disclosed" for t, act, _ in said),
        "conduct-identity-disclosed": any(
            t in PERSONAL and act == "disclosed" and start_s < checked_s for t, act, start_s in said
        ),
        "conduct-card-outside-payment": queue not in PAYMENT_QUEUES
        and any(t in CARD and act == "asked" for t, act, _ in said),
    }
    return {rule for rule, is_broken in broken.items() if is_broken}


def rules_that_blame(transcript: Transcript, known: dict[str, Any], rulebook: RuleBook) -> set[str]:
    """The leak rules that report a leak in a call."""
    call = replace(
        invented_call(dt.date(2026, 3, 10)),
        queue=known["queue"],
        direction=Direction(known["direction"]),
        language=transcript.language,
    )
    spans = find_pii(transcript, rulebook.pii)
    redacted = redact(transcript, spans)
    findings = judge(call, redacted, spans, conversation_metrics(redacted), rulebook)
    return {
        finding.rule_id for finding in findings if BLAMED.get(finding.rule_id) == finding.outcome
    }


def _acts(item: Labelled, rulebook: RuleBook) -> Counter[str]:
    """The agent's disclosures according to the labels and according to the system."""
    said = [gold for gold in item.gold if gold.act in SAID_BY_AGENT]
    found = [
        (span.type, str(span.act), {(span.turn, word) for word in range(span.first, span.last)})
        for span in find_pii(item.transcript, rulebook.pii)
        if span.reported and str(span.act) in SAID_BY_AGENT
    ]
    right = [
        any(g.type == type_ and g.act == act and g.places & places for g in said)
        for type_, act, places in found
    ]
    recalled = [
        any(g.type == type_ and g.act == act and g.places & places for type_, act, places in found)
        for g in said
    ]
    return Counter(found=len(found), right=sum(right), expected=len(said), recalled=sum(recalled))


def _counts(found: set[str], expected: set[str]) -> Counter[str]:
    both = len(found & expected)
    return Counter(found=len(found), right=both, expected=len(expected), recalled=both)


def _scores(name: str, counted: Counter[str]) -> dict[str, Any]:
    return {
        f"{name}s": counted["expected"],
        f"{name}_precision": round(counted["right"] / max(counted["found"], 1), 4),
        f"{name}_recall": round(counted["recalled"] / max(counted["expected"], 1), 4),
    }
