"""The spoken-token reader alone: words in, symbols out, each with the words it came from."""

from __future__ import annotations

import pytest
from hypothesis import given, settings
from hypothesis import strategies as st

from models.language.pack import load_spoken_language, spoken_languages
from models.language.spoken.lexicon import load_lexicon
from models.language.spoken.reader import read_words
from models.language.spoken.symbols import SymbolKind

CHARACTERS = (SymbolKind.DIGITS, SymbolKind.LETTERS)


def characters(sentence: str, language: str) -> str:
    """All digits and letters that are read from a sentence."""
    return "".join(
        symbol.text
        for symbol in read_words(sentence.split(), language)[1]
        if symbol.kind in CHARACTERS
    )


@pytest.mark.parametrize(
    ("language", "sentence", "expected"),
    [
        ("en", "four double five oh triple seven", "4550777"),
        ("en", "two hundred and eighteen", "218"),
        ("en", "eight hundred five five five", "800555"),
        ("en", "twenty-five thirty one", "2531"),
        ("en", "four to six seven nine", "42679"),
        ("en", "N for November, W as in Whiskey", "NW"),
        ("en", "end for November, W for Whiskey", "NW"),  # the letter itself was misheard
        ("en", "it is due for November", ""),
        ("en", "five six no sorry seven", "57"),
        ("en", "six times zero", "000000"),
        ("es", "setenta y dos cuarenta cuatro", "72404"),
        ("es", "mil novecientos ochenta y dos", "1982"),
        ("es", "doble cero siete", "007"),
        ("es", "be de Burgos doble uve", "BW"),
        ("es", "bede Burgos", "B"),  # letter and joining word were heard as one
        ("es", "siete, debe de Dinamarca", "7D"),  # "de" is no letter of its own
        ("es", "siete, vez de Barcelona", "7B"),
        ("es", "ese de Dinamarca", "SD"),
        ("es", "ele, Lorenzo", "L"),
        ("it", "settantadue quarantotto", "7248"),
        ("it", "emme Milano, esse di Savona", "MS"),
        ("en", "see Charlie, bravo bravo, C C", "CBBCC"),
        ("it", "millenovecentosettantanove", "1979"),
        ("it", "emme come Milano doppia vu", "MW"),
        ("it", "sei volte zero", "000000"),
        ("en", "4-9-1-6-248-0771-5302,", "491624807715302"),
        ("en", "0.627 5.1057777", "062751057777"),
        ("en", "ES48 12345678Z B-N-C-L", "ES4812345678ZBNCL"),
    ],
)
def test_spoken_and_written_characters_are_read(
    language: str, sentence: str, expected: str
) -> None:
    """Digits, letters, multipliers, explanations and corrections give what was meant."""
    assert characters(sentence, language) == expected


@pytest.mark.parametrize(
    ("language", "word"),
    [("en", "covid-19"), ("en", "$45.20"), ("en", "10:30"), ("en", "3rd"), ("en", "john@mail.com")],
)
def test_what_is_no_dictated_letter_is_none(language: str, word: str) -> None:
    """Words beside figures, prices, times, ordinals and addresses give no letters."""
    kinds = {symbol.kind for symbol in read_words([word], language)[1]}
    assert SymbolKind.LETTERS not in kinds


@pytest.mark.parametrize("language", ["en", "es", "it"])
@given(number=st.integers(0, 99))
def test_every_number_below_a_hundred_has_a_word(language: str, number: int) -> None:
    """The data file says every number below a hundred in one way at least."""
    data = load_spoken_language(language)
    values = set(data.numbers.values())
    assert number in values or {number - number % 10, number % 10} <= values


@pytest.mark.parametrize("language", ["en", "es", "it"])
def test_every_letter_can_be_spelled(language: str) -> None:
    """The letters of the Latin alphabet all have an entry in the spelling alphabet."""
    assert set(load_spoken_language(language).alphabet) == set("ABCDEFGHIJKLMNOPQRSTUVWXYZ")


def known_words() -> list[str]:
    """Every word that means something in some language: the hardest input for the reader."""
    return sorted(
        {
            word
            for code in spoken_languages()
            for word in [*load_lexicon(code)._single, *load_lexicon(code).phrases]
        }
    )


WORDS = st.lists(
    st.one_of(
        st.sampled_from(known_words()),
        st.text(max_size=12),
        st.from_regex(r"[0-9A-Za-z€$.,:/@+-]{1,12}", fullmatch=True),
    ),
    max_size=60,
)


@settings(deadline=None)
@given(words=WORDS, language=st.sampled_from(["en", "es", "it"]))
def test_any_words_are_read_in_order_and_in_bounds(words: list[str], language: str) -> None:
    """Any input is read without an error, and symbols lie within the words, in order."""
    symbols = read_words(words, language)[1]
    for symbol in symbols:
        assert 0 <= symbol.first < symbol.last <= len(words)
    starts = [symbol.first for symbol in symbols]
    assert starts == sorted(starts)
