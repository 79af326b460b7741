"""Dictionary forms of words: `guaranteed` is `guarantee`, `chiamate` is `chiamare`."""

from __future__ import annotations

import unicodedata
from functools import lru_cache
from typing import TYPE_CHECKING

import simplemma

if TYPE_CHECKING:
    from collections.abc import Iterator

_REMEMBERED_WORDS = 100_000
_ACCENTS = "\u0300\u0301\u0303\u0308"
"""Grave, acute, tilde and diaeresis, as marks that follow their letter."""


@lru_cache(maxsize=_REMEMBERED_WORDS)
def lemma(word: str, language: str) -> str:
    """Dictionary form of one word as it is written; the word itself if it is not known.

    The first call in a language reads its dictionary, which takes about a second.
    """
    try:
        return str(simplemma.lemmatize(word, lang=language))
    except ValueError:
        return word  # no dictionary of this language


@lru_cache(maxsize=_REMEMBERED_WORDS)
def readings(token: str, language: str) -> frozenset[str]:
    """Dictionary forms of the words that a token without accents may be; none if there is none.

    Recognised words are compared without accents: "reclamacion" is a word all the same, and
    "companera" is one of "compañero".
    """
    try:
        words = [word for word in _accented(token) if simplemma.is_known(word, lang=language)]
    except ValueError:
        return frozenset()  # no dictionary of this language
    return frozenset(lemma(word, language) for word in words)


def _accented(token: str) -> Iterator[str]:
    yield token
    for place, letter in enumerate(token):
        for mark in _ACCENTS:
            composed = unicodedata.normalize("NFC", letter + mark)
            if len(composed) == 1:
                yield token[:place] + composed + token[place + 1 :]
