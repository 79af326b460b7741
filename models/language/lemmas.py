"""Dictionary forms of words: `guaranteed` is `guarantee`, `chiamate` is `chiamare`."""

from __future__ import annotations

from functools import lru_cache

import simplemma

_REMEMBERED_WORDS = 100_000


@lru_cache(maxsize=_REMEMBERED_WORDS)
def lemma(word: str, language: str) -> str:
    """Dictionary form of one word as it is written; the word itself if it is not known.

    The first call in a language reads its dictionary, which takes about a second.
    """
    try:
        return str(simplemma.lemmatize(word, lang=language))
    except ValueError:
        return word  # no dictionary of this language
