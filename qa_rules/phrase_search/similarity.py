"""How much of a phrase was said, when recognition misheard, split, joined or dropped words.

Letters alone forgive too much ("my account" for "an account"), words alone too little
("harbour valley" for "Harper Valley"); so the mean of both is taken.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapidfuzz import fuzz
from rapidfuzz.distance import LCSseq

if TYPE_CHECKING:
    from collections.abc import Sequence

ALIKE = 0.5
"""Words less alike than this are different words."""
_WORD_WEIGHT = 4
"""A word weighs its letters and this much: short words turn meanings round too."""
_LEAST_PART = 3


def letter_similarity(joined: str, said: str) -> float:
    """Share of letters that agree in order, wherever the borders between words fall."""
    return fuzz.ratio(joined, said) / 100


def shared_letters(joined: str, stretch: Sequence[str]) -> int:
    """How many letters agree in order."""
    return LCSseq.similarity(joined, "".join(stretch))


def word_similarity(phrase: Sequence[str], stretch: Sequence[str]) -> float:
    """Share of words that agree in order, weighted by length, one split or joined word as one."""
    before = [0.0] * (len(stretch) + 1)
    two_before = before
    for p, wanted in enumerate(phrase):
        row = [0.0]
        own = len(wanted) + _WORD_WEIGHT
        for s, said in enumerate(stretch):
            best = max(row[s], before[s + 1], before[s] + own * _alike(wanted, said))
            if s and len(said) < len(wanted):
                split = _joined_alike(stretch[s - 1], said, wanted)
                best = max(best, before[s - 1] + own * split)
            if p and len(wanted) < len(said):
                joined = _joined_alike(phrase[p - 1], wanted, said)
                both = own + len(phrase[p - 1]) + _WORD_WEIGHT
                best = max(best, two_before[s] + both * joined)
            row.append(best)
        two_before, before = before, row
    return before[-1] / max(weight(phrase), weight(stretch))


def weight(words: Sequence[str]) -> int:
    """What words weigh together."""
    return sum(map(len, words)) + _WORD_WEIGHT * len(words)


def _alike(wanted: str, said: str) -> float:
    if wanted == said:
        return 1.0
    return fuzz.ratio(wanted, said, score_cutoff=100 * ALIKE) / 100


def _joined_alike(first: str, second: str, whole: str) -> float:
    """How alike two words are to one; a very short word must really be in it.

    Of two equal letters where the words meet, one may be swallowed: "le entiendo" is "lentiendo".
    """
    joined = first + second
    if first[-1] == second[0] and first + second[1:] == whole:
        return 1.0
    if joined != whole and min(len(first), len(second)) < _LEAST_PART:
        return 0.0
    return _alike(joined, whole)
