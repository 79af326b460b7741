"""An explanation shows why a rule has its outcome."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from models.metrics import conversation_metrics
from qa_rules.authoring.example_calls import invented_call, invented_transcript
from qa_rules.authoring.explain import Explanation, Judged, explain
from qa_rules.results import Outcome
from tests.qa_rules.rule_folders import rulebook_of

if TYPE_CHECKING:
    from pathlib import Path

RULE = """\
expect: present
speaker: agent
within: {first_s: 30}
match: {phrases: this call is recorded}
"""


def _explained(
    folder: Path, call: str, rule_id: str = "test-rule", rule: str = RULE
) -> Explanation | None:
    transcript = invented_transcript(call)
    judged = Judged(
        call=invented_call(dt.date(2026, 3, 10)),
        transcript=transcript,
        spans=(),
        metrics=conversation_metrics(transcript),
    )
    return explain(judged, rulebook_of(folder, rule), rule_id)


def test_the_best_candidate_says_how_far_it_falls_short(tmp_path: Path) -> None:
    """Time, words, similarity and threshold are all there, and so is the window."""
    explained = _explained(tmp_path, "agent @4: this car is regarded\nagent @40: the end")
    assert explained
    best = explained.candidates[0]
    assert best.start_s == 4.0
    assert best.said == "this car is regarded"
    assert 0.5 < best.similarity < best.needed
    assert f"falls short by {best.needed - best.similarity:.2f}" in explained.text
    assert "searched agent, 0.0 s to 34.0 s" in explained.text


def test_the_title_is_that_of_the_outcome(tmp_path: Path) -> None:
    """A failure says what went wrong, a pass what was checked."""
    failed = _explained(tmp_path, "agent @4: the end")
    passed = _explained(tmp_path, "well this call is recorded")
    assert failed
    assert passed
    assert failed.text.startswith("test-rule v1: What an invented rule misses\n")
    assert passed.text.startswith("test-rule v1: An invented rule\n")


def test_what_was_found_is_quoted(tmp_path: Path) -> None:
    """A pass shows its evidence."""
    explained = _explained(tmp_path, "well this call is recorded")
    assert explained
    assert "“well this call is recorded”" in explained.text
    assert explained.candidates[0].similarity == 1.0


def test_a_rule_that_is_not_in_force_has_no_explanation(tmp_path: Path) -> None:
    """There is no finding to explain."""
    assert _explained(tmp_path, "hello", "no-such-rule") is None


@pytest.mark.parametrize(
    ("match", "said", "why"),
    [
        ("phrases: can cancel within 14 days", "counsel within 14 days", "says another word"),
        ("phrases: cancel within fourteen days", "not cancel within 14 days", "is denied in its"),
        (
            "{phrases: cancel the old booking, polarity: negated}",
            "cancel the old booking",
            "is not denied in its clause",
        ),
        (
            "{phrases: free breakfast, not_in: no such thing as free breakfast}",
            "there is no such thing as free breakfast",
            "is part of an expression in not_in",
        ),
    ],
)
def test_what_is_similar_enough_says_why_it_does_not_count(
    tmp_path: Path, match: str, said: str, why: str
) -> None:
    """No passage is said to count that the rule turned down."""
    braced = match if match.startswith("{") else f"{{{match}}}"
    rule = f"expect: present\nspeaker: agent\nmatch: {braced}\n"
    explained = _explained(tmp_path, f"agent @4: You can {said}.", rule=rule)
    assert explained
    assert explained.finding.outcome is Outcome.FAIL
    best = explained.candidates[0]
    assert best.similarity >= best.needed
    assert why in best.text


@pytest.mark.parametrize(
    ("words", "said_so"), [(4, True), (6, False)], ids=["too far apart", "close enough"]
)
def test_terms_too_far_apart_say_how_far(tmp_path: Path, words: int, *, said_so: bool) -> None:
    """Where all terms of a `near` are said, its explanation says within how many words."""
    near = f"{{near: {{words: {words}, terms: [I'm, member]}}}}"
    rule = f"expect: observe\nspeaker: customer\nmatch: {near}\n"
    call = "agent: Hello.\ncustomer @7: I'm already a Rewards member."
    explained = _explained(tmp_path, call, rule=rule)
    assert explained
    assert ("; closest in 6 words, at 7.0 s" in explained.text) is said_so
    assert (explained.finding.outcome is Outcome.OBSERVED) is not said_so
