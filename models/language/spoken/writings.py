"""The ways in which one sentence is written: "fourteen days" or "14 days", "do not" or "don't"."""

from __future__ import annotations

import re
from functools import cache
from typing import TYPE_CHECKING, TypeAlias

from models.language.pack import load_spoken_language, spoken_languages
from models.language.spoken.reader import read_words
from models.language.spoken.symbols import SymbolKind

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

_Change: TypeAlias = "tuple[str, re.Pattern[str], str]"
"""Words in lower case, where they stand alone, and what is put instead."""
TEN, HUNDRED = 10, 100


def writings(text: str, language: str) -> tuple[str, ...]:
    """The text as it stands, and what it is with other numbers and contractions, if that differs.

    Numbers are in figures or in words, and contractions are all made or all resolved. Figures of
    three and more digits stay figures, since people say them in too many ways.

    Args:
        text: Words with spaces between them.
        language: Code of a language; without a pack of numbers there is but one writing.
    """
    if language not in spoken_languages():
        return (text,)
    words = text.split()
    figures = " ".join(_in_figures(words, language))
    spelled = " ".join(_in_words(word, language) for word in words)
    found = dict.fromkeys((text, figures, spelled))
    joined, resolved = _contractions(language)
    # In both orders, since two may share a word: "it isn't" and "it's not".
    for change in (joined, joined[::-1], resolved):
        found |= dict.fromkeys(_changed(one, change) for one in tuple(found))
    return tuple(found)


@cache
def _contractions(language: str) -> tuple[tuple[_Change, ...], tuple[_Change, ...]]:
    """What is contracted to what, and back."""
    pairs = load_spoken_language(language).contractions.items()
    return (
        tuple((whole.lower(), _alone(whole), short) for whole, short in pairs),
        tuple((short.lower(), _alone(short), whole) for whole, short in pairs),
    )


def _alone(words: str) -> re.Pattern[str]:
    return re.compile(rf"(?<!\S){re.escape(words)}(?!\w)", re.IGNORECASE)


def _changed(text: str, change: Iterable[_Change]) -> str:
    """The text after all replacements, one after the other."""
    changed = text.replace("\u2019", "'")
    lower = changed.lower()
    for words, pattern, instead in change:
        if words in lower:  # a rule file has thousands of phrases, and few of them any
            changed = pattern.sub(instead, changed)
    return changed


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
