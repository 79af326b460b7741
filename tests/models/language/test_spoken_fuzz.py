"""A bounded fuzz run of the spoken-token reader: no exception, and work linear in the words."""

from __future__ import annotations

import sys
from typing import TYPE_CHECKING

from hypothesis import example, given, settings
from hypothesis import strategies as st

from models.language.pack import spoken_languages
from models.language.spoken.lexicon import load_lexicon
from models.language.spoken.reader import read_words

if TYPE_CHECKING:
    from collections.abc import Sequence
    from types import FrameType

FEW, MANY = 8, 32
SLACK = 1.3
"""What is done once for any number of words makes the ratio smaller, never larger."""


def known_words() -> list[str]:
    """Every word and the words of every phrase that means something in some language."""
    known = set()
    for code in spoken_languages():
        lexicon = load_lexicon(code)
        known |= set(lexicon._single)
        known |= {
            word for entries in lexicon.phrases.values() for words, _ in entries for word in words
        }
    return sorted(known)


WORD = st.one_of(
    st.sampled_from(known_words()),
    st.text(max_size=20),
    st.from_regex(r"[0-9A-Za-z€$.,:/@+_-]{1,20}", fullmatch=True),
)
WORDS = st.lists(WORD, min_size=1, max_size=12)
LANGUAGES = st.sampled_from(spoken_languages())


def work(words: Sequence[str], language: str) -> int:
    """How many calls the reader makes, Python's own functions included."""
    calls = 0

    def count(_frame: FrameType, event: str, _argument: object) -> None:
        nonlocal calls
        calls += event in ("call", "c_call")

    before = sys.getprofile()
    sys.setprofile(count)
    try:
        read_words(words, language)
    finally:
        sys.setprofile(before)
    return calls


@settings(max_examples=300, deadline=None)
@given(words=st.lists(WORD, max_size=80), language=LANGUAGES)
def test_nothing_makes_the_reader_fail(words: list[str], language: str) -> None:
    """Symbols of any input lie within the words, in order, with valid text."""
    symbols = read_words(words, language)[1]
    assert [symbol.first for symbol in symbols] == sorted(symbol.first for symbol in symbols)
    assert all(0 <= symbol.first < symbol.last <= len(words) for symbol in symbols)


@settings(max_examples=60, deadline=None)
@given(words=WORDS, language=LANGUAGES)
@example(words=["double"], language="en")
@example(words=["no", "sorry"], language="en")
@example(words=["mil", "y"], language="es")
@example(words=["emme", "come"], language="it")
def test_the_work_is_linear_in_the_words(words: list[str], language: str) -> None:
    """Four times the words make at most four times the calls, whatever the words are."""
    read_words(words, language)  # words are looked up once in the life of a process
    few, many = work(words * FEW, language), work(words * MANY, language)
    assert many <= few * MANY / FEW * SLACK


@settings(max_examples=30, deadline=None)
@given(character=st.characters(), size=st.sampled_from([2_000, 20_000]))
def test_one_endless_word_is_read(character: str, size: int) -> None:
    """A very long word is read as one word."""
    symbols = read_words([character * size], "en")[1]
    assert all((symbol.first, symbol.last) == (0, 1) for symbol in symbols)
