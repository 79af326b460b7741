"""A reason is a declared code with the values of its message, and nothing else."""

from __future__ import annotations

import ast
import json
import pickle
import re
from pathlib import Path
from typing import Any

import pytest

from models.call import QuarantineReason
from models.reasons.codes import ReasonCode
from models.reasons.reason import Reason, reason_from
from models.reasons.value_kinds import VALUE_KINDS
from tests.reason_samples import sample_reason

_HOME = Path(__file__).parents[2]
_ROOMS = ("models", "qa_rules", "warehouse", "flows")


def test_every_code_can_be_given() -> None:
    """Every code is used in the code base, or is the code of a quarantine reason."""
    named = {
        node.attr
        for room in _ROOMS
        for path in (_HOME / room).rglob("*.py")
        if path.name != "codes.py"
        for node in ast.walk(ast.parse(path.read_text()))
        if isinstance(node, ast.Attribute)
        and isinstance(node.value, ast.Name)
        and node.value.id == "ReasonCode"
    }
    set_aside = {reason.name for reason in QuarantineReason}
    assert named.isdisjoint(set_aside)
    assert sorted(named | set_aside) == sorted(code.name for code in ReasonCode)


def test_codes_are_distinct() -> None:
    """None is an alias of another, and each value is its name in lower case."""
    assert len(ReasonCode.__members__) == len(set(ReasonCode))
    assert [code.name.lower() for code in ReasonCode] == [str(code) for code in ReasonCode]


@pytest.mark.parametrize("code", ReasonCode)
def test_messages_name_values_of_known_kinds(code: ReasonCode) -> None:
    """Both forms of a plural name the same ones, and `more` is what chooses between them."""
    assert code.message
    assert code.names <= VALUE_KINDS.keys()
    assert ("more" in code.names) == bool(code.plural)
    for form in filter(None, (code.message, code.plural)):
        assert frozenset(re.findall(r"%\((\w+)\)s", form)) == code.names


@pytest.mark.parametrize("code", ReasonCode)
def test_a_reason_survives_json_and_a_worker(code: ReasonCode) -> None:
    """It comes back equal, parts and all."""
    reason = sample_reason(code)
    assert reason_from(str(code), json.loads(json.dumps(reason.plain_values))) == reason
    assert pickle.loads(pickle.dumps(reason)) == reason  # noqa: S301  ours


@pytest.mark.parametrize(
    ("code", "values"),
    [
        ("the_moon_is_full", {}),
        ("no_speech", {"at_s": 1.0}),
        ("no_wording", {}),
        ("no_wording", {"language": 7}),
        ("observed", {"facts": [{"code": "the_moon_is_full", "values": {}}]}),
    ],
)
def test_what_is_not_declared_is_no_reason(code: str, values: dict[str, Any]) -> None:
    """Unknown codes, other values and invalid parts are errors."""
    with pytest.raises(ValueError, match=r"expected"):
        reason_from(code, values)


def test_a_text_is_no_code() -> None:
    """A sentence in place of a code is an error."""
    with pytest.raises(ValueError, match="expected a code of ReasonCode"):
        Reason("no_speech", {})  # type: ignore[arg-type]


@pytest.mark.parametrize(
    ("reason", "english"),
    [
        (
            Reason(ReasonCode.HEARD_MORE_FROM_SOMEBODY, {"at_s": 67.9, "more": 1}),
            "Heard from somebody at 1:07 and 1 more time",
        ),
        (
            sample_reason(ReasonCode.FORBIDDEN),
            (
                "Heard from the customer at 1:01 and 2 more times and The agent's words_per_minute"
                " is 187.5, looked for between 110 and 180, which is not allowed."
            ),
        ),
        (
            Reason(ReasonCode.EXPECTED, {"facts": (sample_reason(ReasonCode.METRIC_COMPARED),)}),
            "Hold_s is 1234.5, looked for at most 12.5: expected but missing.",
        ),
        (
            sample_reason(ReasonCode.METRIC_EARNS),
            "hold_s is 1234.5, which earns 25% of the points.",
        ),
        (
            sample_reason(ReasonCode.OTHER_RULE_SAYS),
            "The rule does not apply, because script-hold is not applicable.",
        ),
        (sample_reason(ReasonCode.TURNS_SOUND), "3 of 8 turns sound negative or mixed"),
    ],
)
def test_a_reason_is_an_english_sentence(reason: Reason, english: str) -> None:
    """Places as minutes and seconds, numbers as short as they can be."""
    assert reason.english == english
