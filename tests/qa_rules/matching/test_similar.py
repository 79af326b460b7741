"""The same meaning in other words is found in a clause, only where phrases fall short."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from qa_rules.authoring.example_calls import invented_call, invented_transcript
from qa_rules.evaluation.judging import hear
from qa_rules.matching.call_index import CallIndex
from qa_rules.matching.compiled_rules import compiled_rules
from qa_rules.results import Outcome
from qa_rules.rule_files.rulebook import load_rulebook
from tests.qa_rules.rule_folders import condition_of, judged, write_rule

if TYPE_CHECKING:
    from pathlib import Path

DAY = dt.date(2026, 3, 10)
CALL_BACK = "similar: {to: I will call you back tomorrow, accept_similar: true}\n"
BEFORE = "The engineer has looked at the router in your hallway and replaced two cables,"
AFTER = "because the spare parts for that model come from a warehouse far away."


def _outcome(folder: Path, condition: str, said: str) -> Outcome:
    return judged(condition_of(folder, condition), said, DAY).outcome


@pytest.mark.parametrize(
    ("clause", "outcome"),
    [
        ("so you will get a call from me tomorrow", Outcome.PASS),
        ("and I am going to ring you again tomorrow", Outcome.PASS),
        ("so you will not get a call from me tomorrow", Outcome.FAIL),
        ("so we never ring anybody again the day after", Outcome.FAIL),
        ("and the shop in your street closes at seven", Outcome.FAIL),
    ],
)
def test_a_clause_of_a_long_sentence_is_compared(
    tmp_path: Path, clause: str, outcome: Outcome
) -> None:
    """What stands around it does not hide it; a denied clause means the opposite."""
    assert _outcome(tmp_path, CALL_BACK, f"{BEFORE} {clause}, {AFTER}") is outcome


def test_a_clause_alone_is_the_evidence(tmp_path: Path) -> None:
    """Without `accept_similar` it is uncertain, and the words of the clause are cited."""
    rulebook = condition_of(tmp_path, "similar: {to: I will call you back tomorrow}\n")
    clause = "so you will get a call from me tomorrow,"
    finding = judged(rulebook, f"{BEFORE} {clause} {AFTER}", DAY)
    assert finding.outcome is Outcome.CANNOT_TELL
    assert finding.evidence[0].quote == clause


def _compared(folder: Path, said: str) -> frozenset[str]:
    """The passages whose meanings were compared for two rules."""
    match = "any: [{phrases: call you back tomorrow}, {similar: {to: I will ring you tomorrow}}]"
    for rule_id in ("test-rule", "test-other"):
        write_rule(folder, f"expect: present\nmatch: {{{match}}}\n", rule_id)
    rulebook = load_rulebook(folder)
    compiled = compiled_rules(rulebook, "en")
    call_index = CallIndex.build(
        invented_call(DAY), invented_transcript(said), (), (), compiled.index
    )
    hear(rulebook.rules, compiled, call_index)
    return frozenset(call_index.meanings)


def test_meanings_are_compared_only_where_phrases_fall_short(tmp_path: Path) -> None:
    """A phrase that is heard costs no comparison, whatever else is said."""
    assert not _compared(tmp_path, "I will call you back tomorrow. The line is bad, I am sorry.")
    assert _compared(tmp_path, "Hello there. The line is bad today, I am sorry for that.") == {
        "Hello there.",
        "The line is bad today, I am sorry for that.",
        "The line is bad today,",
        "I am sorry for that.",
    }
