"""Whatever an Amazon Transcribe category can say, an imported rule says too."""

from __future__ import annotations

import datetime as dt
import json
from typing import TYPE_CHECKING, Any

import pytest

from qa_rules.authoring.check import check_rules
from qa_rules.authoring.import_transcribe import import_category
from qa_rules.errors import CategoryError
from qa_rules.results import Outcome
from qa_rules.rule_files.rulebook import load_rulebook
from tests.qa_rules.rule_folders import judged

if TYPE_CHECKING:
    from pathlib import Path

DAY = dt.date(2026, 3, 10)
SILENCE = "agent: one moment\nagent @30: here I am\ncustomer @31: good"
OVERLAP = (
    "customer @0: I called you last week because of this and again this morning\n"
    "agent @2: yes yes I know all of that already"
)
CALM = "customer: hello there\nagent @4: good morning"
ANGRY = "customer: this is terrible\nagent @3: one moment\ncustomer @6: it is awful"


def _said(*words: str, **more: Any) -> dict[str, Any]:
    return {"TranscriptFilter": {"TranscriptFilterType": "EXACT", "Targets": list(words)} | more}


def _tagged(folder: Path, filters: list[dict[str, Any]], call: str) -> bool:
    category = {"CategoryName": "My category_1", "InputType": "POST_CALL", "Rules": filters}
    rule_id, text = import_category(json.dumps(category), dt.date(2026, 1, 1))
    assert rule_id == "my-category-1"
    path = folder / "script" / f"{rule_id}.yaml"
    path.parent.mkdir(exist_ok=True)
    path.write_text(text, encoding="utf-8")
    assert check_rules(folder) == []
    path.write_text(text.replace("status: draft", "status: active"), encoding="utf-8")
    return judged(load_rulebook(folder), call, DAY, rule_id).outcome is Outcome.OBSERVED


@pytest.mark.parametrize(
    ("filters", "tagged", "untagged"),
    [
        ([_said("good morning")], CALM, ANGRY),
        ([_said("good morning", ParticipantRole="AGENT")], CALM, "customer: good morning"),
        ([_said("good morning", Negate=True)], ANGRY, CALM),
        ([_said("good", AbsoluteTimeRange={"First": 2000})], "good day", CALM),
        ([_said("good", AbsoluteTimeRange={"Last": 2000})], CALM, "good one two three four five"),
        ([_said("good", AbsoluteTimeRange={"StartTime": 3000, "EndTime": 9000})], CALM, "good"),
        ([_said("good", AbsoluteTimeRange={"StartTime": 3000})], CALM, "good"),
        ([_said("good", AbsoluteTimeRange={"EndTime": 3000})], "good", CALM),
        ([_said("good", RelativeTimeRange={"First": 50})], "good one two", CALM),
        ([_said("good", RelativeTimeRange={"Last": 50})], CALM, "good one two three"),
        (
            [_said("good", RelativeTimeRange={"StartPercentage": 50, "EndPercentage": 100})],
            CALM,
            "good one two three",
        ),
        ([_said("good morning"), _said("hello")], CALM, "good morning"),
        ([{"NonTalkTimeFilter": {"Threshold": 20000}}], SILENCE, CALM),
        ([{"NonTalkTimeFilter": {"Threshold": 20000, "Negate": True}}], CALM, SILENCE),
        (
            [{"NonTalkTimeFilter": {"Threshold": 9000, "AbsoluteTimeRange": {"First": 20000}}}],
            SILENCE,
            "agent @0: yes\nagent @7: no\nagent @14: ok\nagent @40: yes",
        ),
        ([{"InterruptionFilter": {"Threshold": 1000}}], OVERLAP, CALM),
        (
            [{"InterruptionFilter": {"Threshold": 1000, "ParticipantRole": "AGENT"}}],
            OVERLAP,
            OVERLAP.replace("agent", "x").replace("customer", "agent").replace("x", "customer"),
        ),
        (
            [{"SentimentFilter": {"Sentiments": ["NEGATIVE"], "ParticipantRole": "CUSTOMER"}}],
            ANGRY,
            CALM,
        ),
        ([{"SentimentFilter": {"Sentiments": ["NEGATIVE"], "Negate": True}}], CALM, ANGRY),
        (
            [
                {
                    "SentimentFilter": {
                        "Sentiments": ["NEGATIVE", "MIXED"],
                        "RelativeTimeRange": {"Last": 50},
                    }
                }
            ],
            ANGRY,
            "customer: this is terrible\ncustomer @20: fine then",
        ),
    ],
)
def test_every_filter_of_a_category(
    tmp_path: Path, filters: list[dict[str, Any]], tagged: str, untagged: str
) -> None:
    """The rule matches the calls that the category would have tagged, and no others."""
    assert _tagged(tmp_path, filters, tagged)
    assert not _tagged(tmp_path, filters, untagged)


@pytest.mark.parametrize(
    ("category", "what"),
    [
        ({"CategoryName": "a"}, "`Rules` is not right; expected it to be given"),
        ({"CategoryName": "a", "Rules": [{}]}, "expected exactly one filter"),
        ({"CategoryName": "?!", "Rules": [_said("hello")]}, "expected letters, which name"),
        ({"CategoryName": "a", "Rules": [{"ShoeFilter": {}}]}, "ShoeFilter` is not right"),
    ],
)
def test_an_invalid_category_is_an_error(category: dict[str, Any], what: str) -> None:
    """The message names the key."""
    with pytest.raises(CategoryError, match=what):
        import_category(json.dumps(category), DAY)
