"""The ways in which recognisers write the numbers of one sentence: "fourteen days", "14 days"."""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING

from models.language.pack import load_spoken_language, spoken_languages
from models.language.spoken.reader import read_words
from models.language.spoken.symbols import SymbolKind

if TYPE_CHECKING:
    from collections.abc import Sequence

TEN, HUNDRED = 10, 100


def writings(text: str, language: str) -> tuple[str, ...]:
    """The text as it stands, and with its numbers in figures or in words if that is different.

    Figures of three and more digits stay figures, since people say them in too many ways.

    Args:
        text: Words with spaces between them.
        language: Code of a language; without a pack of numbers there is but one writing.
    """
    if language not in spoken_languages():
        return (text,)
    words = text.split()
    figures = " ".join(_in_figures(words, language))
    spelled = " ".join(_in_words(word, language) for word in words)
    return tuple(dict.fromkeys((text, figures, spelled)))


def _in_figures(words: Sequence[str], language: str) -> list[str]:
    written: list[str] = []
    at = 0
    for symbol in read_words(words, language)[1]:
        if symbol.kind is SymbolKind.DIGITS and symbol.certain and not symbol.written:
            written += [*words[at : symbol.first], symbol.text]
            at = symbol.last
    return [*written, *words[at:]]


@cache
def _in_words(word: str, language: str) -> str:
    """A number below a hundred in words; any other word as it stands."""
    if not word.isdecimal() or int(word) >= HUNDRED:
        return word
    spoken = load_spoken_language(language)
    names = {value: name for name, value in reversed(spoken.numbers.items())}
    value = int(word)
    if value in names:
        return names[value]
    parts = [names.get(value - value % TEN), *spoken.tens_joiners[:1], names.get(value % TEN)]
    spelled = " ".join(part for part in parts if part)
    return spelled if _in_figures(spelled.split(), language) == [word] else word
