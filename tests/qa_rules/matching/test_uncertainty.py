"""Masked or uncertain words excuse what may have been said there, and nothing else."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from models.call import Role
from models.reasons.codes import ReasonCode
from qa_rules.authoring.example_calls import invented_transcript
from qa_rules.results import Outcome
from tests.qa_rules.rule_folders import judged, rulebook_of

if TYPE_CHECKING:
    from pathlib import Path

    from models.transcript import Transcript

DAY = dt.date(2026, 3, 10)
NOTICE = "expect: present\nspeaker: agent\nmatch: {phrases: this conversation is being recorded}\n"
GREETING = """
    expect: present
    speaker: agent
    match:
      near: {words: 10, terms: [lumina telecom, [this is, my name is]]}
"""


def _said(text: str, unsure: str = "") -> Transcript:
    """A call in which recognition is unsure of some of the words."""
    transcript = invented_transcript(text, Role.AGENT)
    turns = tuple(
        replace(
            turn,
            words=tuple(
                replace(word, confidence=0.3 if word.text in unsure.split() else 0.95)
                for word in turn.words
            ),
        )
        for turn in transcript.turns
    )
    return replace(transcript, turns=turns)


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        ("good morning lumina telecom this is [person_name] how can I help", Outcome.PASS),
        ("good morning this is [person_name] how can I help", Outcome.FAIL),
        ("good morning lumina [person_name] this is laura", Outcome.CANNOT_TELL),
        ("good morning who is there", Outcome.FAIL),
    ],
)
def test_a_masked_name_hides_no_more_than_its_place(
    tmp_path: Path, said: str, outcome: Outcome
) -> None:
    """A name that is masked in a greeting leaves the greeting; a company half masked is unsure."""
    assert judged(rulebook_of(tmp_path, GREETING), _said(said), DAY).outcome is outcome


@pytest.mark.parametrize(
    ("said", "outcome"),
    [
        ("please note this conversation is being [address]", Outcome.CANNOT_TELL),
        ("please note [person_name] conversation is being recorded now", Outcome.PASS),
        ("please note this [address] my friend", Outcome.FAIL),
        ("[address] customer number please", Outcome.FAIL),
    ],
)
def test_half_a_phrase_beside_what_is_masked_is_unsure(
    tmp_path: Path, said: str, outcome: Outcome
) -> None:
    """A mask may be the other half, if it stands where that would be."""
    finding = judged(rulebook_of(tmp_path, NOTICE), _said(said), DAY)
    assert finding.outcome is outcome
    if outcome is Outcome.CANNOT_TELL:
        assert finding.reason.code is ReasonCode.PART_BESIDE_MASKED


def test_what_is_mostly_masked_cannot_be_judged(tmp_path: Path) -> None:
    """Where more is masked than not, anything may have been said; but not in a long call."""
    book = rulebook_of(tmp_path, NOTICE)
    call = _said("one moment [address] right")
    (turn,) = call.turns
    words = list(turn.words)
    words[2] = replace(words[2], end_s=words[2].start_s + 8.0)
    words[3] = replace(words[3], start_s=words[2].end_s, end_s=words[2].end_s + 0.3)
    masked = replace(call, turns=(replace(turn, words=tuple(words)),), duration_s=12.0)
    finding = judged(book, masked, DAY)
    assert finding.outcome is Outcome.CANNOT_TELL
    assert finding.reason.code is ReasonCode.MOSTLY_MASKED
    assert finding.evidence[0].quote == "one moment [address] right"
    assert judged(book, _said(f"{'let us see now ' * 20} [address] right"), DAY).outcome is (
        Outcome.FAIL
    )


@pytest.mark.parametrize(
    ("said", "unsure", "outcome"),
    [
        ("this combination is seeing recorded", "combination seeing", Outcome.CANNOT_TELL),
        ("this combination is seeing recorded", "", Outcome.FAIL),
        ("we sell conservatories", "conservatories", Outcome.FAIL),
        ("this conversation is being recorded", "recorded", Outcome.PASS),
    ],
)
def test_a_near_miss_is_excused_only_where_recognition_is_unsure(
    tmp_path: Path, said: str, unsure: str, outcome: Outcome
) -> None:
    """Clear words that are other words are a fail; unclear ones that are alike are no proof."""
    assert judged(rulebook_of(tmp_path, NOTICE), _said(said, unsure), DAY).outcome is outcome


def _least_sure(transcript: Transcript) -> Transcript:
    """All words unclear, and the fourth of them most of all."""
    (turn,) = transcript.turns
    words = tuple(
        replace(word, confidence=0.1 if at == 3 else 0.4) for at, word in enumerate(turn.words)
    )
    return replace(transcript, turns=(replace(turn, words=words),))


def _by_nobody_known(transcript: Transcript) -> Transcript:
    """The second turn may be anybody's."""
    first, second = transcript.turns
    return replace(transcript, turns=(first, replace(second, role_confidence=0.2)))


@pytest.mark.parametrize(
    ("rule", "said", "code", "start_s", "quote"),
    [
        (
            NOTICE,
            _said("agent @4: well this combination is seeing recorded", "combination seeing"),
            ReasonCode.NEARLY_HEARD,
            4.4,
            "well this combination is seeing recorded",
        ),
        (
            NOTICE,
            _said("agent @4: please note this conversation is being [address] thank you"),
            ReasonCode.PART_BESIDE_MASKED,
            6.4,
            "please note this conversation is being [address] thank you",
        ),
        (
            GREETING,
            _said("agent @4: hello this is from lumanetto delco here", "lumanetto delco"),
            ReasonCode.PART_BESIDE_UNSURE,
            4.4,
            "hello this is from lumanetto delco here",
        ),
        (
            NOTICE,
            _least_sure(_said("agent @4: good morning how may I help")),
            ReasonCode.WORDS_UNSURE,
            5.2,
            "good morning how may I help",
        ),
        (
            NOTICE,
            _by_nobody_known(_said("agent: good morning\ncustomer @9: hello it is me")),
            ReasonCode.SPEAKER_UNSURE,
            9.0,
            "hello it is me",
        ),
    ],
)
def test_what_leaves_it_open_is_named(
    tmp_path: Path, rule: str, said: Transcript, code: ReasonCode, start_s: float, quote: str
) -> None:
    """A reviewer hears the second and reads the words; then comes the window without a match."""
    finding = judged(rulebook_of(tmp_path, rule), said, DAY)
    assert finding.outcome is Outcome.CANNOT_TELL
    assert finding.reason.code is code
    place, *searched = finding.evidence
    assert place.start_s == pytest.approx(start_s)
    assert place.quote == quote
    assert [window.turn for window in searched] == [None]


def test_what_leaves_a_group_open_is_named(tmp_path: Path) -> None:
    """Of several conditions, the place belongs to the one whose reason is given."""
    rule = NOTICE.replace("{phrases: this", "{any: [{phrases: welcome}, {phrases: this")
    said = _said("this combination is seeing recorded", "combination seeing")
    finding = judged(rulebook_of(tmp_path, rule.replace("}\n", "}]}\n")), said, DAY)
    assert finding.outcome is Outcome.CANNOT_TELL
    assert finding.evidence[0].quote == "this combination is seeing recorded"


def test_a_conclusive_absence_names_only_what_was_searched(tmp_path: Path) -> None:
    """What must not be said, and was not, has no unclear words to hear."""
    book = rulebook_of(tmp_path, NOTICE.replace("present", "absent"))
    said = _said("this combination is seeing recorded", "combination seeing")
    finding = judged(book, said, DAY)
    assert finding.outcome is Outcome.PASS
    assert [place.turn for place in finding.evidence] == [None]


def test_silence_excuses_nobody_of_what_must_not_be_said(tmp_path: Path) -> None:
    """Where a phrase must be absent, half of it next to a mask is no fail."""
    book = rulebook_of(tmp_path, NOTICE.replace("present", "absent"))
    said = _said("please note this conversation is being [address]")
    assert judged(book, said, DAY).outcome is Outcome.PASS
