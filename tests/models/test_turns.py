"""Words become turns."""

from __future__ import annotations

from hypothesis import given
from hypothesis import strategies as st

from models.call import Role
from models.transcript import Word
from models.turns import PAUSE_S, Voice, take_turns


def voice(channel: int, *times_s: tuple[float, float]) -> Voice:
    """Make a speaker from the times of their words."""
    words = tuple(Word(f"w{number}", *pair, 0.9) for number, pair in enumerate(times_s))
    return Voice(channel, words, Role.AGENT, 1.0)


def test_a_pause_ends_a_turn() -> None:
    """A short pause stays inside a turn, a long one ends it."""
    turns = take_turns([voice(0, (0, 1), (1 + PAUSE_S, 3), (3.01 + PAUSE_S, 5))])
    assert [len(turn.words) for turn in turns] == [2, 1]


def test_the_other_side_cuts_the_turn_it_begins_in() -> None:
    """A back-channel is one turn between the two parts of what it was said into."""
    turns = take_turns([voice(0, (0, 1), (1, 2), (2.1, 3)), voice(1, (1.5, 1.8), (2.0, 2.6))])
    assert [(turn.channel, len(turn.words)) for turn in turns] == [(0, 2), (1, 2), (0, 1)]


times_s = st.lists(st.tuples(st.floats(0, 50), st.floats(0, 1)), max_size=20)


@given(times_s, times_s)
def test_no_word_is_lost_or_doubled(
    left: list[tuple[float, float]], right: list[tuple[float, float]]
) -> None:
    """Turns hold every word once, in time order, and are never empty."""
    voices = [
        voice(channel, *((start, start + length) for start, length in sorted(side)))
        for channel, side in enumerate((left, right))
    ]
    turns = take_turns(voices)
    assert all(turn.words for turn in turns)
    assert [turn.start_s for turn in turns] == sorted(turn.start_s for turn in turns)
    for spoken in voices:
        words = [word for turn in turns if turn.channel == spoken.channel for word in turn.words]
        assert tuple(words) == spoken.words
