"""A finding has one of four outcomes, with evidence, and uncertainty blames nobody."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from models.call import Role
from models.reasons.codes import ReasonCode
from models.reasons.reason import Reason
from models.transcript import Unheard
from qa_rules.authoring.example_calls import invented_transcript
from qa_rules.results import Outcome
from tests.qa_rules.rule_folders import condition_of, judged, rulebook_of, write_rule

if TYPE_CHECKING:
    from pathlib import Path

    from models.transcript import Transcript

DAY = dt.date(2026, 3, 10)
HELLO = "good morning and welcome"
OTHER = "what do you want"
GREETING = "speaker: agent\nmatch: {phrases: good morning}\n"


def _with(transcript: Transcript, role_confidence: float, confidence: float) -> Transcript:
    turns = tuple(
        replace(
            turn,
            role_confidence=role_confidence,
            words=tuple(replace(word, confidence=confidence) for word in turn.words),
        )
        for turn in transcript.turns
    )
    return replace(transcript, turns=turns)


@pytest.mark.parametrize(
    ("expect", "heard", "not_heard"),
    [
        ("present", Outcome.PASS, Outcome.FAIL),
        ("absent", Outcome.FAIL, Outcome.PASS),
        ("observe", Outcome.OBSERVED, Outcome.NOT_APPLICABLE),
    ],
)
def test_what_is_expected_decides(
    tmp_path: Path, expect: str, heard: Outcome, not_heard: Outcome
) -> None:
    """A match and its absence mean opposite things to rules that expect opposite things."""
    rulebook = rulebook_of(tmp_path, f"expect: {expect}\n{GREETING}")
    assert judged(rulebook, HELLO, DAY).outcome is heard
    assert judged(rulebook, OTHER, DAY).outcome is not_heard


PLAYED = "system: good morning and welcome\nagent: what do you want"


@pytest.mark.parametrize(
    ("extra", "outcome"),
    [("", Outcome.FAIL), ("or_played: true\n", Outcome.PASS)],
    ids=["agent alone", "or played"],
)
def test_rules_say_whether_an_announcement_counts(
    tmp_path: Path, extra: str, outcome: Outcome
) -> None:
    """An announcement is neither side's, unless the rule accepts it, and affects neither."""
    rulebook = rulebook_of(tmp_path, f"expect: present\n{extra}{GREETING}")
    finding = judged(rulebook, PLAYED, DAY)
    assert finding.outcome is outcome
    assert {place.role for place in finding.evidence if place.turn is not None} <= {Role.SYSTEM}
    assert judged(rulebook, f"agent: {OTHER}", DAY).outcome is Outcome.FAIL
    assert judged(rulebook, HELLO, DAY).outcome is Outcome.PASS


def test_a_rule_may_ask_for_an_announcement(tmp_path: Path) -> None:
    """Speaker `system` is what was played, and nobody else."""
    rulebook = rulebook_of(
        tmp_path, "expect: present\nspeaker: system\nmatch: {phrases: welcome}\n"
    )
    heard = judged(rulebook, PLAYED, DAY)
    assert heard.outcome is Outcome.PASS
    assert heard.reason.english == "Played in an announcement at 0:01, as expected."
    missed = judged(rulebook, HELLO, DAY)
    assert missed.outcome is Outcome.FAIL
    assert missed.reason.english.startswith("Not played in an announcement between 0:00 and")


@pytest.mark.parametrize(
    ("expect", "heard", "not_heard"),
    [
        ("present", Outcome.CANNOT_TELL, Outcome.CANNOT_TELL),
        ("absent", Outcome.CANNOT_TELL, Outcome.PASS),
        ("observe", Outcome.CANNOT_TELL, Outcome.NOT_APPLICABLE),
    ],
)
def test_an_unsure_speaker_is_never_blamed(
    tmp_path: Path, expect: str, heard: Outcome, not_heard: Outcome
) -> None:
    """A match of an unknown speaker is `cannot_tell`; the absence of any match is certain."""
    rulebook = rulebook_of(tmp_path, f"expect: {expect}\n{GREETING}")
    unsure = _with(invented_transcript(HELLO), role_confidence=0.3, confidence=1.0)
    finding = judged(rulebook, unsure, DAY)
    assert finding.outcome is heard
    assert finding.reason.code is ReasonCode.SAYER_UNSURE
    unsure = _with(invented_transcript(OTHER), role_confidence=0.3, confidence=1.0)
    assert judged(rulebook, unsure, DAY).outcome is not_heard


def test_poor_recognition_hides_a_phrase(tmp_path: Path) -> None:
    """An expected phrase that is missing among words of low confidence cannot be told."""
    rulebook = rulebook_of(tmp_path, f"expect: present\n{GREETING}")
    poor = _with(invented_transcript(OTHER), role_confidence=1.0, confidence=0.3)
    finding = judged(rulebook, poor, DAY)
    assert finding.outcome is Outcome.CANNOT_TELL
    assert finding.reason.code is ReasonCode.WORDS_UNSURE


def test_speech_without_words_hides_a_phrase(tmp_path: Path) -> None:
    """Long unrecognised speech of the agent may hold a phrase.

    A shorter stretch is a name or a number, and excuses nothing.
    """
    rulebook = rulebook_of(tmp_path, f"expect: present\nwithin: {{first_s: 20}}\n{GREETING}")
    call = invented_transcript(f"agent @5: {OTHER}")
    agent, early, late, short = 0, (1.0, 4.5), (30.0, 33.5), (1.0, 2.5)
    unheard = replace(call, unheard=(Unheard(agent, *early),))
    assert judged(rulebook, unheard, DAY).outcome is Outcome.CANNOT_TELL
    elsewhere = (Unheard(agent, *late), Unheard(1 - agent, *early), Unheard(agent, *short))
    assert judged(rulebook, replace(call, unheard=elsewhere), DAY).outcome is Outcome.FAIL


@pytest.mark.parametrize("expect", ["present", "absent"])
def test_a_call_without_speech_is_undecided(tmp_path: Path, expect: str) -> None:
    """Silence neither follows nor breaks the script."""
    rulebook = rulebook_of(tmp_path, f"expect: {expect}\n{GREETING}")
    silent = replace(invented_transcript(OTHER), turns=())
    assert judged(rulebook, silent, DAY).outcome is Outcome.CANNOT_TELL


def test_evidence_of_a_pass_is_the_place(tmp_path: Path) -> None:
    """The quote is words of the turn, and the times are those of the phrase."""
    rulebook = rulebook_of(tmp_path, f"expect: present\n{GREETING}")
    transcript = invented_transcript("customer: hello there\nagent @12: well good morning to you")
    (place,) = judged(rulebook, transcript, DAY).evidence
    assert place.turn == 1
    assert place.role is Role.AGENT
    assert place.quote in transcript.turns[1].text
    assert (place.start_s, place.end_s) == pytest.approx((12.4, 13.2))


def test_evidence_of_an_absence_is_the_window(tmp_path: Path) -> None:
    """The searched window and speaker are evidence of an absence."""
    rulebook = rulebook_of(tmp_path, f"expect: present\nwithin: {{first_s: 25}}\n{GREETING}")
    call = "customer @5: hello\nagent @40: good morning"
    (place,) = judged(rulebook, call, DAY).evidence
    assert (place.turn, place.quote, place.role) == (None, "", Role.AGENT)
    assert (place.start_s, place.end_s) == (0.0, 30.0)


@pytest.mark.parametrize(
    ("day", "in_force"),
    [
        (dt.date(2025, 12, 31), False),
        (dt.date(2026, 1, 1), True),
        (dt.date(2026, 3, 31), True),
        (dt.date(2026, 4, 1), False),
    ],
)
def test_a_call_is_judged_by_the_rules_of_its_day(
    tmp_path: Path, day: dt.date, *, in_force: bool
) -> None:
    """Before it comes into force and from the day it ends, a rule has no findings."""
    rulebook = rulebook_of(tmp_path, f"expect: present\neffective_until: 2026-04-01\n{GREETING}")
    assert bool(rulebook.in_force(day)) is in_force


def test_a_draft_judges_nobody(tmp_path: Path) -> None:
    """Authors can keep a rule in the folder before it counts."""
    rulebook = rulebook_of(tmp_path, f"expect: present\nstatus: draft\n{GREETING}")
    assert rulebook.in_force(DAY) == ()


def test_a_rule_that_is_not_meant_for_the_call_does_not_apply(tmp_path: Path) -> None:
    """Metadata decide before any word is searched."""
    rulebook = rulebook_of(
        tmp_path, f"expect: present\napplies_when: {{direction: outbound}}\n{GREETING}"
    )
    assert judged(rulebook, OTHER, DAY).outcome is Outcome.NOT_APPLICABLE


@pytest.mark.parametrize("wanted", ["observed", "pass"])
def test_a_rule_can_depend_on_the_outcome_of_another(tmp_path: Path, wanted: str) -> None:
    """Identity is asked for only where an account is discussed; older files call that a pass."""
    write_rule(tmp_path, "expect: observe\nmatch: {phrases: your account}\n", "account-talk")
    rulebook = rulebook_of(
        tmp_path, f"expect: present\napplies_when: {{rule: {{account-talk: {wanted}}}}}\n{GREETING}"
    )
    assert judged(rulebook, OTHER, DAY).outcome is Outcome.NOT_APPLICABLE
    assert judged(rulebook, "about your account", DAY).outcome is Outcome.FAIL


@pytest.mark.parametrize("expect", ["present", "absent", "observe"])
def test_a_language_without_wording_cannot_be_told(tmp_path: Path, expect: str) -> None:
    """A call in a language without wording neither fails nor passes."""
    rulebook = rulebook_of(tmp_path, f"expect: {expect}\n{GREETING}")
    finding = judged(rulebook, invented_transcript(OTHER, language="fr"), DAY)
    assert finding.outcome is Outcome.CANNOT_TELL
    assert finding.reason == Reason(ReasonCode.NO_WORDING, {"language": "fr"})


@pytest.mark.parametrize(
    ("condition", "said", "not_said"),
    [
        ("near: {words: 5, terms: [lost, [card, purse]]}", "my card is lost", "lost my way home"),
        (
            "near: {words: 5, ordered: true, terms: [please, hold]}",
            "please will you hold",
            "hold it please",
        ),
        ("near: {words: 3, terms: [lost, card]}", "lost my card", "lost both of my card"),
        ("regex: 'order [a-z]+ (one|two)'", "your order number two", "your order number ten"),
        ("{phrases: credit, not_in: credit card}", "store credit", "credit card"),
        ("{phrases: sorry, count: {min: 2}}", "sorry oh sorry", "sorry"),
        ("all: [{phrases: red}, {phrases: blue}]", "red and blue", "red and green"),
        ("any: [{phrases: red}, {phrases: blue}]", "blue", "green"),
        ("none: [{phrases: red}, {phrases: blue}]", "green", "red"),
        ("all: [{phrases: red}, {none: {phrases: blue}}]", "red", "red and blue"),
        ("{phrases: hello, speaker: customer}", "customer: hello", "agent: hello\ncustomer: yes"),
        ("{phrases: bye, within: {last_pct: 50}}", "one two three bye", "bye one two three"),
        ("metadata: {queue: invented}", "hello", ""),
    ],
)
def test_operators(tmp_path: Path, condition: str, said: str, not_said: str) -> None:
    """Each operator matches what it should and nothing else."""
    rulebook = condition_of(tmp_path, condition)
    assert judged(rulebook, said, DAY).outcome is Outcome.PASS
    if not_said:
        assert judged(rulebook, not_said, DAY).outcome is Outcome.FAIL


@pytest.mark.parametrize(("order", "outcome"), [("before", Outcome.FAIL), ("after", Outcome.PASS)])
def test_a_condition_can_be_bound_to_the_place_of_another_rule(
    tmp_path: Path, order: str, outcome: Outcome
) -> None:
    """Before and after are determined by word times, also within one turn."""
    write_rule(tmp_path, "expect: observe\nmatch: {phrases: your balance}\n", "balance-told")
    rulebook = condition_of(tmp_path, f"{{phrases: date of birth, {order}: balance-told}}")
    assert judged(rulebook, "your balance is ten and your date of birth", DAY).outcome is outcome


def test_a_phrase_runs_over_a_back_channel(tmp_path: Path) -> None:
    """The other side's "mm hm" does not cut a sentence in two."""
    rulebook = condition_of(tmp_path, "phrases: thank you for calling")
    call = "agent: thank you\ncustomer: mm hm\nagent: for calling us"
    finding = judged(rulebook, call, DAY)
    assert finding.outcome is Outcome.PASS
    assert [place.turn for place in finding.evidence] == [0, 2]


def test_a_metric_out_of_range_matches(tmp_path: Path) -> None:
    """The finding names the value and what was looked for."""
    rulebook = condition_of(tmp_path, "metric: {name: longest_non_talk_s, max: 10}")
    assert judged(rulebook, "agent @30: hello\ncustomer @31: hello", DAY).outcome is Outcome.PASS
    finding = judged(rulebook, "agent @0: hi\ncustomer @31: hello", DAY)
    assert finding.outcome is Outcome.FAIL
    assert "ongest_non_talk_s is 30.6, looked for at most 10" in finding.reason.english


RINGING = "system @5: please hold the line\n"
RECORDER = "agent @100: goodbye\nsystem @170: the caller has hung up"


@pytest.mark.parametrize(
    ("within", "call", "outcome"),
    [
        ("first_s: 20", RINGING + "customer @70: hello\nagent @80: good morning", Outcome.PASS),
        ("first_s: 20", RINGING + "customer @70: hello\nagent @95: good morning", Outcome.FAIL),
        ("last_s: 20", "customer @1: hi\nagent @90: good morning\n" + RECORDER, Outcome.PASS),
        ("last_s: 20", "customer @1: hi\nagent @70: good morning\n" + RECORDER, Outcome.FAIL),
        ("first_pct: 50", "customer @70: hi\nagent @74: good morning\n" + RECORDER, Outcome.PASS),
        ("from_s: 20", "customer @70: hi\nagent @75: good morning\n" + RECORDER, Outcome.FAIL),
    ],
)
def test_windows_are_parts_of_the_conversation(
    tmp_path: Path, within: str, call: str, outcome: Outcome
) -> None:
    """Neither ringing before it nor a recorder that goes on after it takes an agent's time."""
    rulebook = rulebook_of(tmp_path, f"expect: present\nwithin: {{{within}}}\n{GREETING}")
    assert judged(rulebook, call, DAY).outcome is outcome
