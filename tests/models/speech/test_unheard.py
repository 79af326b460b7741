"""Speech without recognised words is found, so that it is not taken for harmless."""

from __future__ import annotations

from itertools import pairwise
from typing import TYPE_CHECKING, cast

import numpy as np
from hypothesis import given
from hypothesis import strategies as st

from models.audio.decoding import SAMPLE_RATE_HZ
from models.audio.voice_activity import Span
from models.call import Role
from models.speech.languages import Speech
from models.speech.recogniser import Recognised
from models.speech.unheard import (
    LONGEST_WORD_S,
    SHORTEST_S,
    hear_again,
    turns_again,
    unheard_speech,
)
from models.speech.windows import Window
from models.transcript import Transcript, Turn, Word

if TYPE_CHECKING:
    from collections.abc import Sequence

    from models.speech.recogniser import Recogniser
    from models.speech.whisper import Decoding


def span(start_s: float, end_s: float) -> Span:
    """A stretch of speech."""
    return Span(int(start_s * SAMPLE_RATE_HZ), int(end_s * SAMPLE_RATE_HZ))


def word(start_s: float, end_s: float) -> Word:
    """A word that was recognised."""
    return Word("word", start_s, end_s, 0.9)


def test_speech_without_any_word_is_unheard() -> None:
    """A whole answer that recognition dropped is reported with its channel and times."""
    (found,) = unheard_speech(1, [span(2, 4)], [])
    assert (found.channel, found.start_s, found.end_s) == (1, 2.0, 4.0)


def test_gaps_before_between_and_after_words_are_unheard() -> None:
    """Each gap of some length inside the speech is reported; a breath is not."""
    words = [word(2.0, 2.5), word(3.0, 3.5), word(6.0, 6.5)]
    found = [(gap.start_s, gap.end_s) for gap in unheard_speech(0, [span(0, 8)], words)]
    assert found == [(0.0, 2.0), (3.5, 6.0), (6.5, 8.0)]


def test_a_word_does_not_cover_more_than_a_word_lasts() -> None:
    """Recognition stretches a word over what it dropped after it."""
    (found,) = unheard_speech(0, [span(0, 6)], [word(0.0, 5.9)])
    assert found.start_s == LONGEST_WORD_S


@given(st.lists(st.tuples(st.floats(0, 50), st.floats(0, 2)), max_size=20))
def test_what_is_unheard_lies_in_speech_and_holds_no_word(
    times: list[tuple[float, float]],
) -> None:
    """No word begins inside an unheard stretch, none is short, and silence is never unheard."""
    speech = [span(0, 10), span(15, 20), span(40, 45)]
    words = [word(start_s, start_s + length_s) for start_s, length_s in sorted(times)]
    for gap in unheard_speech(0, speech, words):
        assert gap.end_s - gap.start_s >= SHORTEST_S - 0.002
        assert any(one.start <= gap.start_s * SAMPLE_RATE_HZ + 9 for one in speech)
        assert not any(gap.start_s + 0.001 < one.start_s < gap.end_s - 0.001 for one in words)


class SecondPass:
    """A recogniser that returns these words and records its calls."""

    def __init__(self, *words: Word) -> None:
        self.words = list(words)
        self.asked: list[Speech] = []
        self.beam_size = 0

    def recognise(self, calls: Sequence[Speech], attempts: Sequence[Decoding]) -> list[Recognised]:
        """Give the words on the channel of the first window."""
        self.asked, self.beam_size = list(calls), attempts[0].beam_size
        return [
            Recognised("en", 1.0, [[], self.words] if call.windows else [[], []]) for call in calls
        ]


PCM = np.zeros((2, 10 * SAMPLE_RATE_HZ), dtype=np.int16)


def heard_again(recogniser: SecondPass, *heard: Recognised) -> list[Recognised]:
    """Calls in which the customer speaks from the second to the eighth second."""
    calls = [Speech(PCM, [Window(1, (span(2, 8),))], None) for _ in heard]
    return hear_again(cast("Recogniser", recogniser), calls, heard)


def test_speech_without_words_is_recognised_a_second_time() -> None:
    """Alone, with a wider beam, in the detected language; its words are inserted in order."""
    found = [Word("four", 3.2, 3.6, 0.8), Word("one", 3.7, 4.1, 0.8)]
    recogniser = SecondPass(*found)
    first = Recognised("en", 1.0, [[], [word(2.0, 3.0), word(5.0, 6.2)]])
    (again,) = heard_again(recogniser, first)
    assert [one.start_s for one in again.words[1]] == [2.0, 3.2, 3.7, 5.0]
    (asked,) = recogniser.asked
    assert asked.language == "en"
    assert [window.spans for window in asked.windows] == [(span(2.75, 5.25),), (span(5.95, 8.25),)]
    assert recogniser.beam_size > 1


def test_words_of_the_second_pass_do_not_duplicate_those_of_the_first() -> None:
    """What lies inside a word of the first pass is the same word, and what touches one is cut."""
    recogniser = SecondPass(Word("twice", 2.8, 3.1, 0.8), Word("number", 2.9, 4.9, 0.8))
    first = Recognised("en", 1.0, [[], [word(2.0, 3.0), word(5.0, 6.0), word(6.5, 8.0)]])
    (again,) = heard_again(recogniser, first)
    texts = [(one.text, one.start_s) for one in again.words[1]]
    assert texts == [("word", 2.0), ("number", 3.0), ("word", 5.0), ("word", 6.5)]


def test_there_is_no_second_pass_without_gaps() -> None:
    """A call without gaps costs nothing, and is unchanged beside one that has them."""
    whole = Recognised("en", 1.0, [[], [word(second, second + 0.9) for second in range(2, 8)]])
    recogniser = SecondPass(Word("new", 4.0, 4.4, 0.8))
    assert heard_again(recogniser, whole) == [whole]
    assert recogniser.asked == []
    kept, again = heard_again(recogniser, whole, Recognised("en", 1.0, [[], []]))
    assert kept == whole
    assert [one.text for one in again.words[1]] == ["new"]


def heard(*turns: tuple[int, float, float]) -> Transcript:
    """A call with turns of a word a second: channel, start and end."""
    return Transcript(
        call_id="c-1",
        language="en",
        language_confidence=1.0,
        duration_s=90.0,
        channel_count=2,
        turns=tuple(
            Turn(
                Role.UNKNOWN,
                1.0,
                channel,
                tuple(word(second, second + 0.9) for second in np.arange(start_s, end_s)),
            )
            for channel, start_s, end_s in turns
        ),
        model_pin="fake",
    )


LONG_PCM = np.zeros((2, 90 * SAMPLE_RATE_HZ), dtype=np.int16)
TURNS = heard((0, 0, 4), (1, 4, 8), (1, 8.5, 12), (0, 12, 40), (1, 60, 62))


def asked_s(recogniser: SecondPass) -> list[list[tuple[float, float]]]:
    """The spans of each window that was asked for, in seconds."""
    return [
        [(one.start / SAMPLE_RATE_HZ, one.end / SAMPLE_RATE_HZ) for one in window.spans]
        for speech in recogniser.asked
        for window in speech.windows
    ]


def test_words_of_a_second_recognition_belong_to_their_turns() -> None:
    """A word goes to the turn that it lies in, or the nearest one; those not wanted are left."""
    recogniser = SecondPass(
        Word("before", 3.8, 4.0, 0.9), Word("in", 7.0, 7.4, 0.9), Word("next", 8.6, 9.0, 0.9)
    )
    found = turns_again(cast("Recogniser", recogniser), LONG_PCM, TURNS, frozenset({1, 4}))
    assert {turn: [one.text for one in words] for turn, words in found.items()} == {
        1: ["before", "in"],
        4: [],
    }
    assert recogniser.beam_size > 1


def test_windows_do_not_depend_on_the_turns_that_are_wanted() -> None:
    """The same turn is always recognised in the same window, between the same neighbours."""
    windows = []
    for wanted in ({1}, {1, 2}, {0, 1, 2, 3, 4}):
        recogniser = SecondPass()
        turns_again(cast("Recogniser", recogniser), LONG_PCM, TURNS, frozenset(wanted))
        windows.append(asked_s(recogniser))
    assert windows[0] == windows[1]
    assert windows[0][0] in windows[2]


def test_long_turns_are_cut_between_words_into_windows() -> None:
    """All words of a long turn are recognised again, none in two windows, each window short."""
    recogniser = SecondPass()
    turns_again(cast("Recogniser", recogniser), LONG_PCM, TURNS, frozenset({3}))
    windows = asked_s(recogniser)
    assert len(windows) > 1
    spans = [one for window in windows for one in window]
    assert all(first[1] <= second[0] for first, second in pairwise(spans))
    for number in range(12, 40):
        assert sum(start_s <= number and number + 0.9 <= end_s for start_s, end_s in spans) == 1
    for window in windows:
        assert sum(end_s - start_s for start_s, end_s in window) <= 15.0


def test_nothing_wanted_costs_nothing() -> None:
    """Without a turn no window is recognised."""
    recogniser = SecondPass()
    assert turns_again(cast("Recogniser", recogniser), LONG_PCM, TURNS, frozenset()) == {}
    assert asked_s(recogniser) == []
