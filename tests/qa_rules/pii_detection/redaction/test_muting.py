"""Muted stretches cover what is sensitive, and as little else as possible."""

from __future__ import annotations

from dataclasses import replace
from typing import TYPE_CHECKING

import pytest
from hypothesis import given
from hypothesis import strategies as st

from models.call import Role
from models.transcript import KeyedDigits, Transcript, Turn, Unheard, Word
from models.turns import Voice, take_turns
from qa_rules.pii_detection.redaction.muting import (
    KEYED_DIGITS,
    UNHEARD,
    MutingOptions,
    mute_alternatives,
    mute_spans,
)
from qa_rules.pii_detection.types.catalogue import load_pii_rules
from qa_rules.results import Act, Alternative, PiiSpan
from tests.qa_rules.rule_folders import RULES as RULE_FOLDER

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qa_rules.pii_detection.redaction.muting import Muted

_GAPS_S = st.sampled_from([0.0, 0.05, 0.4, 0.9, 3.0, 20.0])
_LENGTHS_S = st.sampled_from([0.0, 0.1, 0.35, 1.5])
RULES = load_pii_rules(RULE_FOLDER / "pii")
_TYPES = st.sampled_from(["card_number", "cvv", "number"])


def transcript(turns: tuple[Turn, ...], unheard: tuple[Unheard, ...] = ()) -> Transcript:
    """A call of these turns."""
    return Transcript(
        call_id="call-1",
        language="en",
        language_confidence=1.0,
        duration_s=max((turn.end_s for turn in turns), default=0.0) + 5.0,
        channel_count=2,
        turns=turns,
        model_pin="invented",
        unheard=unheard,
    )


def pii_span(turns: Sequence[Turn], turn: int, first: int, last: int, type_: str) -> PiiSpan:
    """A span over words of a turn."""
    words = turns[turn].words
    return PiiSpan(
        type=type_,
        type_version=1,
        role=turns[turn].role,
        act=Act.ASKED,
        turn=turn,
        first=first,
        last=last,
        start_s=words[first].start_s,
        end_s=words[last - 1].end_s,
        checksum_valid=None,
        confidence=0.9,
        reported=True,
        why="invented",
    )


@st.composite
def sides(draw: st.DrawFn) -> tuple[Voice, ...]:
    """Both sides' words, each side's in time order and without overlaps of its own."""
    voices = []
    for channel, role in enumerate((Role.AGENT, Role.CUSTOMER)):
        now_s, words = 0.0, []
        for _ in range(draw(st.integers(0, 12))):
            start_s = now_s + draw(_GAPS_S)
            now_s = start_s + draw(_LENGTHS_S)
            words.append(Word("word", start_s, now_s, 1.0))
        voices.append(Voice(channel, tuple(words), role, 1.0))
    return tuple(voices)


@st.composite
def calls(draw: st.DrawFn) -> tuple[Transcript, tuple[PiiSpan, ...]]:
    """A call and spans in it that do not overlap inside a turn."""
    turns = take_turns(draw(sides()))
    spans = []
    for number, turn in enumerate(turns):
        edges = sorted(draw(st.sets(st.integers(0, len(turn.words)), max_size=4)))
        for first, last in zip(edges[::2], edges[1::2], strict=False):
            spans.append(pii_span(turns, number, first, last, draw(_TYPES)))
    return transcript(turns), tuple(spans)


def covered(muted: Sequence[Muted], time_s: float) -> bool:
    """Whether this moment lies well inside a stretch."""
    return any(stretch.start_s < time_s < stretch.end_s for stretch in muted)


@given(calls())
def test_every_sensitive_word_lies_inside_a_stretch(
    call: tuple[Transcript, tuple[PiiSpan, ...]],
) -> None:
    """From its start to its end, in a stretch that names its type."""
    heard, spans = call
    muted = mute_spans(heard, spans, RULES)
    for span in spans:
        for word in heard.turns[span.turn].words[span.first : span.last]:
            assert any(
                stretch.start_s <= word.start_s
                and word.end_s <= stretch.end_s
                and span.type in stretch.types
                for stretch in muted
            )


@given(calls())
def test_harmless_words_of_the_same_turn_stay_audible(
    call: tuple[Transcript, tuple[PiiSpan, ...]],
) -> None:
    """The middle of a harmless word is not muted for the sake of its own turn's spans."""
    heard, spans = call
    for number, turn in enumerate(heard.turns):
        own = [span for span in spans if span.turn == number]
        muted = mute_spans(heard, own, RULES)
        sensitive = {word for span in own for word in range(span.first, span.last)}
        for index, word in enumerate(turn.words):
            if index not in sensitive and word.end_s > word.start_s:
                assert not covered(muted, (word.start_s + word.end_s) / 2)


@given(calls())
def test_stretches_are_in_order_and_apart(call: tuple[Transcript, tuple[PiiSpan, ...]]) -> None:
    """They never touch, lie inside the recording, and without spans there are none."""
    heard, spans = call
    muted = mute_spans(heard, spans, RULES)
    ends_s = [0.0, *(stretch.end_s for stretch in muted)]
    starts_s = [*(stretch.start_s for stretch in muted), heard.duration_s]
    assert all(end_s <= start_s for end_s, start_s in zip(ends_s, starts_s, strict=True))
    assert all(stretch.types for stretch in muted)
    assert bool(muted) == bool(spans)


def test_a_long_silence_afterwards_is_not_muted() -> None:
    """After the last digit the recording resumes within a second, whoever speaks then."""
    words = (Word("my", 1.0, 1.2, 1.0), Word("4111", 1.3, 2.0, 1.0), Word("wait", 30.0, 31.0, 1.0))
    turns = (Turn(Role.CUSTOMER, 1.0, 1, words),)
    (stretch,) = mute_spans(transcript(turns), [pii_span(turns, 0, 1, 2, "card_number")], RULES)
    assert stretch.end_s == 2.0 + MutingOptions().tail_s


@pytest.mark.parametrize(
    ("text", "end_s", "audible_from_s"),
    [("lapsing", 2.6, 2.2), ("lapsing", 3.0, 2.38), ("so", 3.0, 2.4)],
)
def test_a_word_that_lasts_too_long_holds_the_end_of_a_number(
    text: str, end_s: float, audible_from_s: float
) -> None:
    """It stays audible for as long as its letters take, and mostly in any case."""
    words = (Word("4111", 1.3, 2.0, 1.0), Word(text, 2.0, end_s, 1.0))
    turns = (Turn(Role.CUSTOMER, 1.0, 1, words),)
    (stretch,) = mute_spans(transcript(turns), [pii_span(turns, 0, 0, 1, "card_number")], RULES)
    assert stretch.end_s == pytest.approx(audible_from_s)


@pytest.mark.parametrize("end_s", [1.3, 1.34])
def test_a_word_too_short_to_be_said_does_not_shorten_the_margins(end_s: float) -> None:
    """What was heard as such a word before or after a number may be its first or last sound."""
    short = Word("a", 1.3, end_s, 1.0)
    words = (
        Word("is", 0.2, 0.4, 1.0),
        short,
        Word("4111", 1.4, 2.0, 1.0),
        replace(short, start_s=2.0, end_s=end_s + 0.7),
        Word("so", 2.6, 2.8, 1.0),
    )
    turns = (Turn(Role.CUSTOMER, 1.0, 1, words),)
    (stretch,) = mute_spans(transcript(turns), [pii_span(turns, 0, 2, 3, "card_number")], RULES)
    assert stretch.bounds_s == pytest.approx((1.1, 2.6 + 0.2 / 3))


def test_speech_without_words_is_muted_without_further_context() -> None:
    """Speech without recognised words may be a number that recognition dropped."""
    heard = transcript((), (Unheard(1, 3.0, 4.5),))
    (stretch,) = mute_spans(heard, (), RULES)
    assert (stretch.bounds_s, stretch.types) == ((3.0, 4.5), (UNHEARD,))


def test_keyed_digits_are_muted_with_what_a_codec_smears() -> None:
    """From a little before the first tone to a little after the last, never beyond the call."""
    heard = replace(transcript(()), keyed_digits=(KeyedDigits(1, 0.05, 4.5, 16),))
    (stretch,) = mute_spans(heard, (), RULES)
    assert (stretch.bounds_s, stretch.types) == ((0.0, 4.6), (KEYED_DIGITS,))


def two_sides(
    customer: Sequence[Word], agent: Sequence[Word], *, mono: bool = False
) -> list[float]:
    """The bounds of what is muted if all words of the customer are a card number."""
    turns: tuple[Turn, ...] = (
        Turn(Role.CUSTOMER, 1.0, 1, tuple(customer)),
        Turn(Role.AGENT, 1.0, 0, tuple(agent)),
    )
    if mono:
        turns = tuple(replace(turn, channel=0) for turn in turns)
    heard = replace(transcript(turns), channel_count=1 if mono else 2)
    muted = mute_spans(heard, [pii_span(turns, 0, 0, len(customer), "card_number")], RULES)
    return [bound_s for stretch in muted for bound_s in stretch.bounds_s]


GROUPS = (Word("4111", 2.0, 3.0, 1.0), Word("1111", 5.0, 6.0, 1.0))
"""Two groups of a number with a pause of two seconds."""


def test_what_the_other_side_says_between_two_groups_stays_audible() -> None:
    """The listener's "go on" in the pause of a dictation is harmless."""
    go_on = Word("go", 3.6, 3.8, 1.0), Word("on", 3.8, 4.2, 1.0)
    assert two_sides(GROUPS, go_on) == pytest.approx([1.7, 3.6, 4.2, 7.0])


def test_two_parts_of_a_number_are_muted_like_one() -> None:
    """The pause after the listener's "go on" is muted: the next group may begin in it."""
    turns = tuple(Turn(Role.CUSTOMER, 1.0, 1, (group,)) for group in GROUPS)
    spans = [pii_span(turns, turn, 0, 1, "card_number") for turn in range(2)]
    agent = [Word("go", 3.5, 3.7, 1.0), Word("on", 3.7, 4.0, 1.0)]
    heard = transcript((*turns, Turn(Role.AGENT, 1.0, 0, tuple(agent))))
    muted = mute_spans(heard, spans, RULES)
    assert [bound_s for stretch in muted for bound_s in stretch.bounds_s] == two_sides(
        GROUPS, agent
    )


def test_what_the_other_side_says_into_a_number_is_muted() -> None:
    """Close to a sensitive word, times are too inexact to tell them apart."""
    assert two_sides(GROUPS, [Word("yes", 3.1, 3.45, 1.0)]) == pytest.approx([1.7, 7.0])
    assert two_sides(GROUPS, [Word("yes", 2.5, 2.8, 1.0)]) == pytest.approx([1.7, 7.0])


def test_the_answer_to_a_number_ends_the_silence_after_it() -> None:
    """Who speaks next without saying anything sensitive has heard the last digit."""
    thanks = Word("thanks", 6.5, 6.8, 1.0), Word("then", 6.9, 7.2, 1.0)
    assert two_sides(GROUPS, thanks) == pytest.approx([1.7, 6.5])


def test_in_mono_nothing_is_left_audible_between_two_groups() -> None:
    """Who says what on one channel is a guess."""
    assert two_sides(GROUPS, [Word("go", 3.6, 4.0, 1.0)], mono=True) == pytest.approx([1.7, 7.0])


def test_what_only_a_second_recognition_found_is_muted() -> None:
    """With a margin; what the first one muted already is not muted more widely."""
    words = tuple(Word(f"w{number}", number, number + 0.5, 0.9) for number in range(10))
    turns = (Turn(Role.CUSTOMER, 1.0, 1, words),)
    call = transcript(turns)
    known, new = (pii_span(turns, 0, first, first + 2, "card_number") for first in (1, 6))
    first = mute_spans(call, [known], RULES)
    again = Alternative(turn=0, words=words, pii_spans=(known, new))
    muted = mute_alternatives(first, [again], call.duration_s)
    assert [stretch.bounds_s for stretch in muted] == [first[0].bounds_s, (5.7, 7.8)]
    assert mute_alternatives(first, [], call.duration_s) == first
