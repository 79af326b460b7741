"""The night's own promises: recordings fit their truth, identifiers fit their type."""

from __future__ import annotations

import json
from pathlib import Path
from typing import TYPE_CHECKING, Any

import pytest
from stdnum import iban, luhn
from stdnum.es import dni, nie
from stdnum.it import codicefiscale

from tests.night.check import check_night

if TYPE_CHECKING:
    from collections.abc import Callable

HERE = Path(__file__).parent
VALID: dict[str, Callable[[str], bool]] = {
    "card_number": luhn.is_valid,
    "iban": iban.is_valid,
    "es_dni": dni.is_valid,
    "es_nie": nie.is_valid,
    "it_codice_fiscale": codicefiscale.is_valid,
}
ACTS = {"agent": {"repeated", "disclosed"}, "customer": {"asked", "volunteered"}}

SCORED = (
    "script-greeting",
    "script-recording-notice",
    "script-identity-check",
    "script-closing",
    "conduct-forbidden-promise",
)


def truths() -> list[dict[str, Any]]:
    """Every call's truth."""
    paths = sorted((HERE / "truth").glob("lt-*.json"))
    return [json.loads(path.read_text(encoding="utf-8")) for path in paths]


def test_recordings_and_truth_agree() -> None:
    """Every recording opens, lasts as long as its truth says, and its spans cover their words."""
    assert check_night(HERE) == []


@pytest.mark.parametrize("kind", sorted(VALID))
def test_identifiers_have_a_valid_checksum(kind: str) -> None:
    """Each identifier with a checksum is valid, so a wrong one is a recognition error."""
    values = {span["value"] for call in truths() for span in call["pii"] if span["type"] == kind}
    assert values
    assert not {value for value in values if not VALID[kind](value)}


def test_acts_fit_the_side_that_speaks() -> None:
    """An agent repeats or discloses; a customer is asked or volunteers."""
    for call in truths():
        for span in call["pii"]:
            assert span["act"] in ACTS[span["role"]], (call["call_id"], span["start_s"])


def test_both_sides_of_every_scored_rule_are_shown() -> None:
    """Each rule that a scorecard asks for has a call that keeps it and one that does not."""
    outcomes: dict[str, set[str]] = {}
    for call in truths():
        for rule, outcome in call["rules"].items():
            outcomes.setdefault(rule, set()).add(outcome)
    assert {"hit", "none"} == outcomes["conduct-supervisor-request"]
    for rule in SCORED:
        assert {"pass", "fail"} <= outcomes[rule], rule
