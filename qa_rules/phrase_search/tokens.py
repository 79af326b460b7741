"""Normalisation of words to tokens: lower case, without accents and punctuation."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

REDACTED = "\0"
"""Token of a mask; it has no letters, so that no phrase matches it."""
PAUSE = "\1"
"""Token of a long pause; no phrase extends over it."""

_TOKEN = re.compile(r"[^\W_]+")
_MASKED = re.compile(r"\[[a-z_]+\]")


def unaccented(text: str) -> str:
    """The text without accents, which recognisers and people use inconsistently."""
    marked = unicodedata.normalize("NFKD", text)
    return "".join(char for char in marked if not unicodedata.combining(char))


@lru_cache(maxsize=1 << 16)
def tokenize(text: str) -> tuple[str, ...]:
    """Split words or a phrase into tokens; apostrophes and hyphens separate them like spaces."""
    if _MASKED.search(text):
        return (REDACTED,)
    return tuple(_TOKEN.findall(unaccented(text.casefold())))
