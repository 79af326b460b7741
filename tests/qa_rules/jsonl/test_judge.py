"""Rules judge transcripts that come from elsewhere, and nothing unmasked leaves."""

from __future__ import annotations

import json
from typing import TYPE_CHECKING

import pytest

from qa_rules.jsonl.judge import check_calls
from qa_rules.jsonl.transcripts import read_calls
from qa_rules.results import Outcome
from tests.qa_rules.rule_folders import shipped_rulebook

if TYPE_CHECKING:
    from pathlib import Path

CALL = {
    "call_id": "call-1",
    "language": "en",
    "direction": "inbound",
    "queue": "payments",
    "started_at": "2026-03-10T09:00:00+01:00",
    "turns": [
        {
            "role": "agent",
            "start_s": 0.5,
            "end_s": 6.5,
            "text": "Good morning, Lumina Telecom, this is Laura. Your card number please?",
        },
        {
            "role": "customer",
            "start_s": 7.0,
            "end_s": 15.0,
            "text": "four one one one one one one one one one one one one one one one",
        },
    ],
}


def _write(path: Path, *lines: str) -> Path:
    path.write_text("\n".join(lines) + "\n", encoding="utf-8")
    return path


def test_one_record_for_each_call_and_rule(tmp_path: Path) -> None:
    """Outcomes come with reason and evidence, and card digits stay inside."""
    rulebook = shipped_rulebook()
    path = _write(tmp_path / "calls.jsonl", json.dumps(CALL), json.dumps(CALL | {"call_id": "2"}))
    records = list(check_calls(read_calls(path, []), rulebook, []))
    assert len(records) == 2 * len({rule.id for rule in rulebook.rules})
    greeting = next(record for record in records if record["rule_id"] == "script-greeting")
    assert greeting["outcome"] == Outcome.PASS
    assert greeting["reason"]
    assert greeting["title"] == "Agent greets with the company's and their own name"
    notice = next(record for record in records if record["rule_id"] == "script-recording-notice")
    assert notice["outcome"] == Outcome.FAIL
    assert notice["title"] == "Did not say at the start that the call is recorded"
    assert greeting["evidence"][0]["start_s"] >= 0.5
    assert "one one" not in json.dumps(records)


def test_a_call_from_before_all_rules_is_reported(tmp_path: Path) -> None:
    """It has no findings, which must not look like a call without failures."""
    early = CALL | {"call_id": "early", "started_at": "2020-03-10T09:00:00+01:00"}
    path = _write(tmp_path / "calls.jsonl", json.dumps(early))
    unjudged: list[str] = []
    assert list(check_calls(read_calls(path, []), shipped_rulebook(), unjudged)) == []
    assert unjudged == ["early"]


def test_words_without_times_are_spread_over_their_turn(tmp_path: Path) -> None:
    """A window in seconds can be searched all the same."""
    ((_, transcript),) = read_calls(_write(tmp_path / "calls.jsonl", json.dumps(CALL)), [])
    first, *_, last = transcript.turns[0].words
    assert first.start_s == 0.5
    assert last.end_s == pytest.approx(6.5)


@pytest.mark.parametrize(
    ("line", "what"),
    [
        ("{", "`the line` is not right"),
        (
            json.dumps(CALL | {"languages": "en"}),
            "unknown key `languages`; expected `language`, or",
        ),
        (json.dumps({**CALL, "turns": [{"role": "boss"}]}), "`turns.0.role` is not right"),
    ],
)
def test_a_wrong_line_is_named(tmp_path: Path, line: str, what: str) -> None:
    """The message names path, line and key, repeats nothing that was said, and stops nothing."""
    path = _write(tmp_path / "calls.jsonl", line, json.dumps(CALL))
    faults: list[str] = []
    ((call, _),) = read_calls(path, faults)
    assert call.call_id == "call-1"
    assert any(fault.startswith(f"{path}:1: {what}") for fault in faults)
    assert "Laura" not in "".join(faults)


def test_a_call_is_judged_once(tmp_path: Path) -> None:
    """A call that comes twice in a file would count twice."""
    faults: list[str] = []
    path = _write(tmp_path / "calls.jsonl", json.dumps(CALL), json.dumps(CALL))
    assert len(list(read_calls(path, faults))) == 1
    assert faults == [f"{path}:2: `call_id` occurs twice; expected each call once"]


def test_what_is_not_known_may_be_null(tmp_path: Path) -> None:
    """Other systems write null, and name a country beside the language."""
    unknown = dict.fromkeys(("direction", "queue", "agent_id", "team", "started_at", "duration_s"))
    line = json.dumps({**CALL, **unknown, "language": "en-GB"})
    ((call, transcript),) = read_calls(_write(tmp_path / "calls.jsonl", line), [])
    assert (call.direction, call.queue, transcript.language) == ("inbound", "unstated", "en")
