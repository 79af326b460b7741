"""Nobody is accused on one rendering: a flag stands only if a second recognition agrees."""

from __future__ import annotations

import datetime as dt
from dataclasses import replace
from pathlib import Path
from shutil import copytree
from typing import TYPE_CHECKING

import pytest

from models.call import Recording
from models.reasons.codes import ReasonCode
from qa_rules.assessing import assess
from qa_rules.authoring.example_calls import invented_call, invented_transcript
from qa_rules.authoring.replay import replay
from qa_rules.evaluation.second_reading import reading_counts
from qa_rules.jsonl.judge import check_calls
from qa_rules.results import Outcome
from qa_rules.rule_files.rulebook import load_rulebook
from tests.qa_rules.rule_folders import RULES, rulebook_of, write_rule

if TYPE_CHECKING:
    from collections.abc import Mapping

    from models.transcript import Word
    from qa_rules.results import CallResult, Finding
    from qa_rules.rule_files.rulebook import RuleBook

DAY = dt.date(2026, 3, 10)
RECORDING = Recording(
    path=Path("a.wav"),
    audio_sha256="0" * 64,
    duration_s=60.0,
    channel_count=2,
    sample_rate_hz=8000,
)
FORBIDDEN = "speaker: agent\nexpect: absent\nmatch: {phrases: you are lying}\n"
EXPECTED = "speaker: agent\nexpect: present\nmatch: {phrases: this call is recorded}\n"
SAID = "agent: well you are lying to me\ncustomer: I am not\nagent: goodbye then"
UNSAID = "agent: the sky was all clouded\ncustomer: hello there\nagent: goodbye and good luck then"


class _Ear:
    """A second recognition of an invented call, which keeps what it was asked for."""

    def __init__(self, said: str, second: Mapping[int, str]) -> None:
        self.first = invented_transcript(said)
        self.asked: frozenset[int] = frozenset()
        self._second = second

    def listen_again(self, turns: frozenset[int]) -> dict[int, tuple[Word, ...]]:
        """The words of these turns, from their start on; of the others the same as before."""
        self.asked = turns
        return {turn: self._words(turn) for turn in turns}

    def _words(self, turn: int) -> tuple[Word, ...]:
        heard = self.first.turns[turn]
        if turn not in self._second:
            return heard.words
        found = invented_transcript(f"agent @{heard.start_s}: {self._second[turn]}")
        return found.turns[0].words if found.turns else ()


def _deaf(_turns: frozenset[int]) -> dict[int, tuple[Word, ...]]:
    """A second recognition that fails."""
    return {}


def _assessed(book: RuleBook, said: str, second: Mapping[int, str]) -> tuple[CallResult, _Ear]:
    ear = _Ear(said, second)
    return assess(invented_call(DAY), RECORDING, ear.first, book, ear.listen_again), ear


def _finding(result: CallResult, rule_id: str = "test-rule") -> Finding:
    return next(finding for finding in result.findings if finding.rule_id == rule_id)


def test_a_flag_stands_if_both_readings_agree(tmp_path: Path) -> None:
    """Another reading that matches as well leaves the finding as it is."""
    result, ear = _assessed(rulebook_of(tmp_path, FORBIDDEN), SAID, {0: "you are lying to me"})
    finding = _finding(result)
    assert (finding.outcome, finding.flagged) == (Outcome.FAIL, True)
    assert finding.reason.code is ReasonCode.FORBIDDEN
    assert ear.asked == {0}
    counts = reading_counts(result)
    assert (counts.twice, counts.differ, counts.once) == (1, 0, 0)
    assert counts.again_s == pytest.approx(2.4)


@pytest.mark.parametrize("second", ["well you are flying to me", ""])
def test_a_phrase_of_one_reading_accuses_nobody(tmp_path: Path, second: str) -> None:
    """Forbidden words that are not recognised again are no fail; both readings are evidence."""
    result, _ = _assessed(rulebook_of(tmp_path, FORBIDDEN), SAID, {0: second})
    finding = _finding(result)
    assert (finding.outcome, finding.flagged) == (Outcome.CANNOT_TELL, False)
    assert finding.reason.code is ReasonCode.READINGS_DIFFER
    assert [place.turn for place in finding.evidence] == [0, None]
    assert "you are lying" in finding.evidence[0].quote
    assert reading_counts(result).differ == 1
    assert not any(evaluation.auto_fail for evaluation in result.evaluations)


def test_a_missing_phrase_of_one_reading_accuses_nobody(tmp_path: Path) -> None:
    """All speech in which it was expected is recognised again, and the phrase is quoted."""
    book = rulebook_of(tmp_path, EXPECTED)
    result, ear = _assessed(book, UNSAID, {0: "this call is recorded"})
    finding = _finding(result)
    assert ear.asked == {0, 2}
    assert (finding.outcome, finding.flagged) == (Outcome.CANNOT_TELL, False)
    assert [(place.turn, place.quote) for place in finding.evidence] == [
        (None, ""),
        (0, "this call is recorded"),
    ]
    assert "Not heard from the agent" in finding.reason.english
    assert "Heard from the agent" in finding.reason.english


def test_evidence_after_a_turn_without_words_names_its_own_turn(tmp_path: Path) -> None:
    """Indexes are those of the first reading, even if a turn before has no words any more."""
    book = rulebook_of(tmp_path, EXPECTED)
    result, _ = _assessed(book, UNSAID, {0: "", 2: "this call is recorded"})
    assert [place.turn for place in _finding(result).evidence] == [None, 2]


def test_only_the_window_of_the_evidence_is_recognised_again(tmp_path: Path) -> None:
    """An absence is looked for again where it was expected, and nowhere else."""
    book = rulebook_of(tmp_path, f"{EXPECTED}within: {{first_s: 3}}\n")
    _, ear = _assessed(book, UNSAID, {})
    assert ear.asked == {0}


def test_calls_without_a_flag_are_not_recognised_again(tmp_path: Path) -> None:
    """Passes cost no second recognition."""
    result, ear = _assessed(rulebook_of(tmp_path, FORBIDDEN), UNSAID, {})
    assert ear.asked == frozenset()
    assert result.alternatives == ()


def test_a_flag_without_second_reading_says_so(tmp_path: Path) -> None:
    """Without a recording, or if recognition fails, the flag stands and says `heard_once`."""
    book = rulebook_of(tmp_path, FORBIDDEN)
    transcript = invented_transcript(SAID)
    for listen_again in (None, _deaf):
        result = assess(invented_call(DAY), RECORDING, transcript, book, listen_again)
        finding = _finding(result)
        assert (finding.outcome, finding.flagged) == (Outcome.FAIL, True)
        assert finding.reason.code is ReasonCode.HEARD_ONCE
        assert reading_counts(result).once == 1
    (line,) = check_calls([(invented_call(DAY), transcript)], book, [])
    assert (line["flagged"], line["reason_code"]) == (True, "heard_once")


def test_a_metric_is_not_a_matter_of_words(tmp_path: Path) -> None:
    """A flag that compares a metric needs no second recognition and does not ask for one."""
    body = "expect: absent\nmatch:\n  metric: {name: talk_s, min: 1}\n"
    result, ear = _assessed(rulebook_of(tmp_path, body), SAID, {})
    assert _finding(result).flagged
    assert ear.asked == frozenset()
    assert reading_counts(result).once == 0


def test_what_a_rule_depends_on_is_recognised_again(tmp_path: Path) -> None:
    """A duty that follows from the customer's words needs a second reading of these, too."""
    observed = "speaker: customer\nexpect: observe\nflag: false\nmatch: {phrases: I complain}\n"
    write_rule(tmp_path, observed, "other-rule")
    duty = (
        "speaker: agent\nexpect: present\napplies_when: {rule: {other-rule: [pass]}}\n"
        "match: {phrases: I am sorry}\n"
    )
    said = "agent: hello there\ncustomer: now I complain about it\nagent: goodbye"
    book = rulebook_of(tmp_path, duty)
    result, ear = _assessed(book, said, {})
    assert ear.asked == {0, 1, 2}
    assert _finding(result).flagged
    result, _ = _assessed(book, said, {1: "now I come plain about it"})
    assert _finding(result).outcome is Outcome.CANNOT_TELL


def test_what_depends_on_a_dropped_flag_follows_it(tmp_path: Path) -> None:
    """A rule for calls in which another one fails cannot tell once that one cannot."""
    write_rule(tmp_path, FORBIDDEN, "other-rule")
    body = (
        "speaker: agent\nexpect: present\nflag: false\napplies_when: {rule: {other-rule: [fail]}}\n"
        "match: {phrases: I am sorry}\n"
    )
    result, _ = _assessed(rulebook_of(tmp_path, body), SAID, {0: "well you are flying to me"})
    assert _finding(result).reason.code is ReasonCode.OTHER_RULE_CANNOT_TELL


def test_stored_calls_are_judged_again_without_sound(tmp_path: Path) -> None:
    """The other words are kept, so that a replay finds the same outcomes as the night."""
    book = rulebook_of(tmp_path, FORBIDDEN)
    results = [_assessed(book, SAID, {0: text})[0] for text in ("you are lying", "you are flying")]
    assert not replay(results, book)
    forgotten = [replace(result, alternatives=()) for result in results]
    (changed,) = replay(forgotten, book).outcomes
    assert (changed.before, changed.after) == (Outcome.CANNOT_TELL, Outcome.FAIL)


@pytest.fixture
def with_types(tmp_path: Path) -> RuleBook:
    """One rule that flags every call, and the shipped types of personal data."""
    copytree(RULES / "pii", tmp_path / "pii")
    write_rule(tmp_path, EXPECTED)
    return load_rulebook(tmp_path)


NUMBER = "4111 1111 1111 1111"


@pytest.mark.parametrize(
    ("first", "second"),
    [
        ("my card number is mumble mumble", f"my card number is {NUMBER}"),
        (f"my card number is {NUMBER}", f"my card number is {NUMBER}"),
        (f"my card number is {NUMBER}", "my car number is four on the wall 41 11 of"),
    ],
)
def test_other_words_hold_no_personal_data(with_types: RuleBook, first: str, second: str) -> None:
    """What either recognition takes for personal data is masked in the other words."""
    result, _ = _assessed(with_types, f"agent: {first}", {0: second})
    (again,) = result.alternatives
    kept = " ".join(word.text for word in again.words)
    assert "[card_number]" in kept
    assert not any(letter.isdigit() for letter in kept)
    assert again.pii_spans


def test_numbers_of_the_second_reading_alone_are_no_disclosure(tmp_path: Path) -> None:
    """A disclosure of personal data flags nobody if only one recognition has it."""
    copytree(RULES / "pii", tmp_path / "pii")
    body = "expect: absent\nmatch:\n  pii: {type: card_number, act: [disclosed, volunteered]}\n"
    said = f"agent: my card number is {NUMBER}\ncustomer: fine"
    book = rulebook_of(tmp_path, body)
    result, _ = _assessed(book, said, {0: "my car dumper is for one of the old ones"})
    finding = _finding(result)
    assert (finding.outcome, finding.flagged) == (Outcome.CANNOT_TELL, False)
    result, _ = _assessed(book, said, {0: f"my card number is {NUMBER}"})
    assert _finding(result).flagged
