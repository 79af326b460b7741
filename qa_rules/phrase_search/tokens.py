"""Words as rules compare them: lower case, no accents, no punctuation, one way for both sides."""

from __future__ import annotations

import re
import unicodedata
from functools import lru_cache

REDACTED = "\0"
"""Stands where something was masked; it has no letter, so it is like nothing that a rule says."""
PAUSE = "\1"
"""Stands where a speaker was silent for long; no phrase reaches over it."""

_TOKEN = re.compile(r"[^\W_]+")
_MASKED = re.compile(r"\[[a-z_]+\]")


def unaccented(text: str) -> str:
    """The text without accents, which recognisers and people place as they like."""
    marked = unicodedata.normalize("NFKD", text)
    return "".join(char for char in marked if not unicodedata.combining(char))


@lru_cache(maxsize=1 << 16)
def tokenize(text: str) -> tuple[str, ...]:
    """Cut words or a phrase into tokens; apostrophes and hyphens part them like spaces."""
    if _MASKED.search(text):
        return (REDACTED,)
    return tuple(_TOKEN.findall(unaccented(text.casefold())))
