"""Words are placed by their ends, and last no longer than they can."""

from __future__ import annotations

import pytest

from models.audio.decoding import SAMPLE_RATE_HZ
from models.audio.voice_activity import Span
from models.speech.windows import Window
from models.speech.word_times import timed
from models.transcript import Word

WINDOW = Window(0, (Span(0, 2 * SAMPLE_RATE_HZ), Span(12 * SAMPLE_RATE_HZ, 16 * SAMPLE_RATE_HZ)))
"""Two seconds of speech, ten of silence, four of speech."""


def said(*words: tuple[str, float, float]) -> list[tuple[str, float, float]]:
    """Words with times in the window, and where they are placed."""
    placed = timed(WINDOW, [Word(text, start_s, end_s, 0.9) for text, start_s, end_s in words])
    return [(word.text, word.start_s, word.end_s) for word in placed]


def test_the_first_word_after_a_pause_does_not_reach_back_over_it() -> None:
    """It begins where its channel has speech again, however early it was aligned."""
    placed = said(("please", 1.0, 1.6), ("of", 1.6, 2.2), ("course", 2.2, 2.6))
    assert placed == [("please", 1.0, 1.6), ("of", 12.0, 12.2), ("course", 12.2, 12.6)]


def test_a_word_that_ends_with_its_span_stays_in_it() -> None:
    """The last word before a pause is not carried over it."""
    assert said(("please.", 1.4, 2.0)) == [("please.", 1.4, 2.0)]


def test_a_stretched_word_is_as_long_as_its_letters_and_keeps_its_end() -> None:
    """What it was stretched over belongs to the number before it."""
    assert said(("1332", 2.5, 3.0), ("and", 3.0, 5.0)) == [
        ("1332", 12.5, 14.52),
        ("and", 14.52, 15.0),
    ]


def test_a_stretched_word_after_a_pause_does_not_extend_the_one_before() -> None:
    """The word before it does not grow over speech that lies apart from it."""
    (number, _) = said(("1332", 2.0, 2.5), ("and", 3.0, 5.0))
    assert number == ("1332", 12.0, 12.5)


def test_digits_in_one_word_have_their_time() -> None:
    """A number that is written as one word is not cut."""
    assert said(("4-1-1-1-2", 3.0, 5.4)) == [("4-1-1-1-2", 13.0, 15.4)]


@pytest.mark.parametrize(
    ("words", "expected"),
    [
        ((("Henderson.", 0.5, 1.2), ("Henderson.", 1.2, 1.2)), 1),
        ((("Henderson.", 0.5, 1.2), ("henderson.", 1.2, 1.24)), 1),
        ((("Henderson.", 0.5, 1.2), ("Henderson.", 1.2, 1.9)), 2),
        ((("very", 0.5, 0.8), ("very", 0.8, 0.8)), 2),
        ((("1.", 0.5, 0.8), ("1.", 0.8, 0.8)), 2),
    ],
)
def test_an_answer_that_is_written_twice_stands_once(
    words: tuple[tuple[str, float, float], ...], expected: int
) -> None:
    """Only if there was no time to say it again; a digit may be one that was dropped."""
    assert len(said(*words)) == expected
