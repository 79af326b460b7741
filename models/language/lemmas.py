"""Dictionary forms of words: `guaranteed` is `guarantee`, `chiamate` is `chiamare`."""

from __future__ import annotations

import unicodedata
from functools import cache, lru_cache
from typing import TYPE_CHECKING

import simplemma

from models.language.pack import load_engine_vocabulary

if TYPE_CHECKING:
    from collections.abc import Iterator

_REMEMBERED_WORDS = 100_000
_LEAST_STEM = 2
"""Letters before an ending that may be exchanged: "data" is no form of "dato"."""
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
        words = [
            word
            for form in _forms(token, language)
            for word in _accented(form)
            if simplemma.is_known(word, lang=language)
        ]
    except ValueError:
        return frozenset()  # no dictionary of this language
    return frozenset(lemma(word, language) for word in words)


def _forms(token: str, language: str) -> Iterator[str]:
    """The token and its forms with other endings of a group.

    The dictionary has one entry per form: "reservada" is one of "reservar", "reservado" is its own.
    """
    yield token
    whole = f"^{token}"
    for ending, others in _endings(language):
        is_stem_long = ending[0] == "^" or len(token) - len(ending) >= _LEAST_STEM
        if whole.endswith(ending) and is_stem_long:
            stem = whole.removesuffix(ending)
            yield from ((stem + other).removeprefix("^") for other in others)


@cache
def _endings(language: str) -> tuple[tuple[str, tuple[str, ...]], ...]:
    groups = load_engine_vocabulary(language).inflections
    return tuple(
        (ending, tuple(other for other in group if other != ending))
        for group in groups
        for ending in group
    )


def _accented(token: str) -> Iterator[str]:
    yield token
    for place, letter in enumerate(token):
        for mark in _ACCENTS:
            composed = unicodedata.normalize("NFC", letter + mark)
            if len(composed) == 1:
                yield token[:place] + composed + token[place + 1 :]
