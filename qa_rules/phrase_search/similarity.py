"""Similarity of a phrase to recognised words, tolerating misheard, split and dropped words.

Similarity of letters alone tolerates too much ("my account" for "an account"), that of words alone
too little ("harbour valley" for "Harper Valley"), so the mean of both is used.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapidfuzz import fuzz
from rapidfuzz.distance import LCSseq

if TYPE_CHECKING:
    from collections.abc import Sequence

ALIKE = 0.5
"""Words below this similarity are different words."""
_WORD_WEIGHT = 4
"""Added to the length of a word as its weight, since short words matter, too."""
_LEAST_PART = 3


def letter_similarity(joined: str, said: str) -> float:
    """Share of letters that agree in order, independently of word boundaries."""
    return fuzz.ratio(joined, said) / 100


def shared_letters(joined: str, stretch: Sequence[str]) -> int:
    """Number of letters that agree in order."""
    return LCSseq.similarity(joined, "".join(stretch))


def word_similarity(phrase: Sequence[str], stretch: Sequence[str]) -> float:
    """Share of words that agree in order, by length; a split or joined word counts as one."""
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
    """Total weight of words."""
    return sum(map(len, words)) + _WORD_WEIGHT * len(words)


def _alike(wanted: str, said: str) -> float:
    if wanted == said:
        return 1.0
    return fuzz.ratio(wanted, said, score_cutoff=100 * ALIKE) / 100


def _joined_alike(first: str, second: str, whole: str) -> float:
    """Similarity of two words to a joined one; a very short word must be part of it literally.

    Of two equal letters at the boundary, one may be missing: "le entiendo" is "lentiendo".
    """
    joined = first + second
    if first[-1] == second[0] and first + second[1:] == whole:
        return 1.0
    if joined != whole and min(len(first), len(second)) < _LEAST_PART:
        return 0.0
    return _alike(joined, whole)
