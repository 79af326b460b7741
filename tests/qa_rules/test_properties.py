"""What must hold of every rule on every call."""

from __future__ import annotations

import datetime as dt
import json
from dataclasses import replace
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING

import pytest
from hypothesis import example, given, settings
from hypothesis import strategies as st

from models.call import Role
from models.metrics import conversation_metrics
from models.reasons.reason import Reason, reason_from
from models.transcript import Transcript, Turn, Word
from qa_rules.authoring.example_calls import invented_call
from qa_rules.evaluation.judging import judge
from qa_rules.matching.call_index import CallIndex, Window
from qa_rules.phrase_search.index import PhraseIndex
from qa_rules.results import Finding, Outcome
from tests.qa_rules.rule_folders import rulebook_of, shipped_rulebook

if TYPE_CHECKING:
    from qa_rules.rule_files.rulebook import RuleBook

CALL = invented_call(dt.date(2026, 3, 10))
DURATION_S = 120.0
SAID = """
good morning thank you for calling lumina telecom this is laura your call calls recorded not
i guarantee never have a nice evening date of birth please hold supervisor speak to
"""
WORDS = st.sampled_from(SAID.split())
SPEECH = st.lists(st.tuples(st.sampled_from([Role.AGENT, Role.CUSTOMER]), WORDS), max_size=40)
RULEBOOK = shipped_rulebook()


def _transcript(spoken: list[tuple[Role, str]], start_s: float = 30.0) -> Transcript:
    turns = tuple(_turn(role, text, start_s + 0.5 * at) for at, (role, text) in enumerate(spoken))
    return Transcript(
        call_id="invented",
        language="en",
        language_confidence=1.0,
        duration_s=DURATION_S,
        channel_count=2,
        turns=turns,
        model_pin="invented",
    )


def _turn(role: Role, text: str, start_s: float) -> Turn:
    words = (Word(text, start_s, start_s + 0.4, 1.0),)
    return Turn(role=role, role_confidence=1.0, channel=0 if role is Role.AGENT else 1, words=words)


def _judged(transcript: Transcript, rulebook: RuleBook) -> dict[str, Finding]:
    findings = judge(CALL, transcript, (), conversation_metrics(transcript), rulebook)
    return {finding.rule_id: finding for finding in findings}


def _folder(expect: str, within: str = "") -> RuleBook:
    body = (
        f"expect: {expect}\n{within}"
        "match:\n"
        "  any: [{phrases: thank you for calling}, {near: {words: 6, terms: [good, this]}}]\n"
    )
    return rulebook_of(Path(mkdtemp()), body)


PRESENT, ABSENT = _folder("present"), _folder("absent")
WINDOWED = [
    _folder("present", "within: {from_s: 30, to_s: 40}\n"),
    _folder("present", "within: {first_pct: 30}\n"),
    _folder("absent", "within: {from_s: 30}\n"),
]


@settings(max_examples=60, deadline=None)
@given(spoken=SPEECH, before=SPEECH.filter(len), after=SPEECH)
@pytest.mark.parametrize("rulebook", WINDOWED, ids=["seconds", "per cent", "to the end"])
def test_words_outside_a_window_change_nothing(
    rulebook: RuleBook,
    spoken: list[tuple[Role, str]],
    before: list[tuple[Role, str]],
    after: list[tuple[Role, str]],
) -> None:
    """Neither before nor after the window, however much they sound like the phrase."""
    rule = rulebook.rules[0]
    assert rule.within
    start_s, end_s = rule.within.seconds((0.0, DURATION_S), DURATION_S)
    inside = _transcript(spoken, start_s)
    inside = replace(inside, turns=tuple(turn for turn in inside.turns if turn.start_s < end_s))
    early = [t for t in _transcript(before, start_s - 0.5 * len(before)).turns if t.start_s >= 0]
    late = _transcript(after, end_s).turns if end_s < DURATION_S else ()
    if not inside.turns:
        return  # a silent call tells nothing, and words make it speak
    outcomes = set()
    for turns in (inside.turns, (*early, *inside.turns, *late)):
        # The conversation has the same first and last word, and so the same window.
        first, last = (_turn(Role.CUSTOMER, "yes", time_s) for time_s in (0.0, DURATION_S - 0.4))
        said = replace(inside, turns=(first, *turns, last))
        outcomes.add(_judged(said, rulebook)["test-rule"].outcome)
    assert len(outcomes) == 1


@settings(max_examples=60, deadline=None)
@given(spoken=SPEECH.filter(len))
def test_absent_is_the_dual_of_present(spoken: list[tuple[Role, str]]) -> None:
    """Where nothing is in doubt, what one rule passes the opposite rule fails."""
    transcript = _transcript(spoken)
    dual = {Outcome.PASS: Outcome.FAIL, Outcome.FAIL: Outcome.PASS}
    present = _judged(transcript, PRESENT)["test-rule"].outcome
    assert _judged(transcript, ABSENT)["test-rule"].outcome is dual[present]


@settings(max_examples=30, deadline=None)
@given(spoken=SPEECH, seed=st.randoms(use_true_random=False))
def test_the_order_of_rules_never_matters(spoken: list[tuple[Role, str]], seed: object) -> None:
    """Beside that a rule comes after those it refers to, any order gives the same findings."""
    rules = list(RULEBOOK.rules)
    free = [rule for rule in rules if not rule.rule_references()]
    seed.shuffle(free)  # type: ignore[attr-defined]  # hypothesis does not name the class
    bound = [rule for rule in rules if rule.rule_references()]
    shuffled = replace(RULEBOOK, rules=(*free, *bound))
    transcript = _transcript(spoken)
    assert _judged(transcript, RULEBOOK) == _judged(transcript, shuffled)


@settings(max_examples=60, deadline=None)
@given(spoken=SPEECH)
def test_every_finding_has_its_evidence(spoken: list[tuple[Role, str]]) -> None:
    """A pass or a fail names a place; quotes are words of their turn, inside the call."""
    transcript = _transcript(spoken)
    findings = _judged(transcript, RULEBOOK)
    in_force = RULEBOOK.in_force(CALL.started_at.date())
    assert list(findings) == sorted(rule.id for rule in in_force)
    for finding in findings.values():
        _check_reason(finding.reason)
        assert 0 <= finding.confidence <= 1
        if finding.outcome in (Outcome.PASS, Outcome.FAIL):
            assert finding.evidence
        for place in finding.evidence:
            assert 0 <= place.start_s <= place.end_s <= DURATION_S
            if place.turn is not None:
                assert place.quote in transcript.turns[place.turn].text


def _check_reason(reason: Reason) -> None:
    """It is a whole sentence, and survives JSON."""
    assert reason.english.endswith(".")
    assert reason.values.get("facts", "none are named")
    assert reason_from(str(reason.code), json.loads(json.dumps(reason.plain_values))) == reason


@given(confidences=st.lists(st.floats(0, 1), min_size=1, max_size=12))
@example(confidences=[0.53, 1.0, 1.0])
def test_a_mean_of_confidences_is_a_confidence(confidences: list[float]) -> None:
    """Of any stretch, although sums of fractions are not exact: a night would not be published."""
    words = tuple(Word("good", at, at + 0.4, sure) for at, sure in enumerate(confidences))
    turn = Turn(role=Role.AGENT, role_confidence=1.0, channel=0, words=words)
    heard = replace(_transcript([]), turns=(turn,))
    call_index = CallIndex.build(CALL, heard, (), (), PhraseIndex([], frozenset()))
    for first in range(len(words)):
        for last in range(first, len(words)):
            assert 0 <= call_index.clarity([Window(Role.AGENT, first, last + 0.5)]) <= 1
