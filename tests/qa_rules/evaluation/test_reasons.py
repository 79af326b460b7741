"""A reason holds what was found or compared, separately from what that means to the rule."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from models.reasons.codes import ReasonCode
from models.reasons.reason import Reason
from tests.qa_rules.rule_folders import condition_of, judged, rulebook_of

if TYPE_CHECKING:
    from pathlib import Path

DAY = dt.date(2026, 3, 10)
GREETING = "speaker: agent\nmatch: {phrases: good morning}\n"


@pytest.mark.parametrize(
    ("expect", "said", "missing"),
    [
        ("present", ReasonCode.AS_EXPECTED, ReasonCode.EXPECTED),
        ("absent", ReasonCode.FORBIDDEN, ReasonCode.AS_EXPECTED),
        ("observe", ReasonCode.OBSERVED, ReasonCode.NOT_OBSERVED),
    ],
)
def test_the_code_is_what_the_facts_mean(
    tmp_path: Path, expect: str, said: ReasonCode, missing: ReasonCode
) -> None:
    """The same fact is a pass, a fail or neither, as the rule expects."""
    rulebook = rulebook_of(tmp_path, f"expect: {expect}\n{GREETING}")
    heard = judged(rulebook, "agent: good morning\nagent @40: good morning", DAY)
    at_s = heard.evidence[0].start_s
    fact = Reason(ReasonCode.HEARD_MORE_FROM_AGENT, {"at_s": at_s, "more": 1})
    assert heard.reason == Reason(said, {"facts": (fact,)})
    silent = judged(rulebook, "agent: what do you want", DAY).reason
    assert silent.code is missing
    assert [fact.code for fact in silent.values["facts"]] == [ReasonCode.NOT_HEARD_FROM_AGENT]


def test_several_facts_stay_apart(tmp_path: Path) -> None:
    """Each with its own values, for who counts them."""
    rulebook = condition_of(
        tmp_path,
        "all:\n  - metric: {name: longest_non_talk_s, max: 10}\n  - metadata: {language: [en]}",
    )
    first, second = judged(rulebook, "agent @5: hello", DAY).reason.values["facts"]
    assert first.code is ReasonCode.METRIC_COMPARED
    assert first.values["metric"] == "longest_non_talk_s"
    assert first.values["range"] == Reason(ReasonCode.AT_MOST, {"high": 10})
    assert second == Reason(ReasonCode.METADATA_FITS)


def test_a_number_is_stored_as_rendered(tmp_path: Path) -> None:
    """The stored number is the rendered one."""
    rulebook = condition_of(tmp_path, "metric: {name: longest_non_talk_s, max: 10}")
    (fact,) = judged(rulebook, "agent @123.456789: hello", DAY).reason.values["facts"]
    assert f"is {fact.values['value']:g}," in fact.english
    assert len(f"{fact.values['value']}".replace(".", "")) <= len("1234")
