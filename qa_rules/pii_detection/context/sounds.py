"""How words sound, roughly, so that what recognition makes of a known word can be compared with it.

The one place for what recognisers confuse in the languages of the packs: B and V, C, K and Q, S and
Z, I and Y, a silent H, double letters, and where words end. Nothing here lists misheard words.
"""

from __future__ import annotations

import re

from rapidfuzz.distance import Levenshtein

from models.language.spoken.language import fold

_ALIKE = str.maketrans({"v": "b", "w": "b", "k": "c", "q": "c", "z": "s", "y": "i", "h": None})
_SOFT_C = re.compile("c(?=[ei])")
_DOUBLED = re.compile(r"(.)\1+")


def alike(text: str) -> str:
    """Letters of a text, with one for those that sound alike."""
    return "".join(filter(str.isalpha, fold(text))).translate(_ALIKE)


def sound_of(phrase: str) -> str:
    """Key of a word or phrase; words that sound alike have the same, however they are divided."""
    letters = "".join(filter(str.isalpha, fold(phrase))).replace("ph", "f")
    return _DOUBLED.sub(r"\1", _SOFT_C.sub("s", letters.translate(_ALIKE)))


def sounds_like(heard: str, known: str, most_differing: float) -> bool:
    """Whether one key may be what recognition made of another.

    Args:
        heard: Key of what was recognised.
        known: Key of what may have been said.
        most_differing: Share of the known key's letters that may differ.
    """
    most = int(len(known) * most_differing)
    return Levenshtein.distance(heard, known, score_cutoff=most) <= most
