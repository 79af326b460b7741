"""Speech without words is found, so that nobody takes it for harmless."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from models.audio.decoding import SAMPLE_RATE_HZ
from models.audio.voice_activity import Span
from models.speech.unheard import LONGEST_WORD_S, SHORTEST_S, unheard_speech
from models.transcript import Word


def span(start_s: float, end_s: float) -> Span:
    """A stretch of speech."""
    return Span(int(start_s * SAMPLE_RATE_HZ), int(end_s * SAMPLE_RATE_HZ))


def word(start_s: float, end_s: float) -> Word:
    """A word that was recognised."""
    return Word("word", start_s, end_s, 0.9)


def test_speech_without_any_word_is_unheard() -> None:
    """A whole answer that recognition dropped is told with its channel and seconds."""
    (found,) = unheard_speech(1, [span(2, 4)], [])
    assert (found.channel, found.start_s, found.end_s) == (1, 2.0, 4.0)


def test_gaps_before_between_and_after_words_are_unheard() -> None:
    """Each gap of some length inside the speech is told; a breath is not."""
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
