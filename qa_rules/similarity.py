"""How much of a phrase was said, when recognition misheard, split, joined or dropped words.

Letters alone forgive too much ("my account" for "an account"), words alone too little
("harbour valley" for "Harper Valley"); the mean of both is calibrated in `tests/bench`.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from rapidfuzz import fuzz

if TYPE_CHECKING:
    from collections.abc import Sequence

ALIKE = 0.5
"""Words less alike than this are different words."""
_WORD_WEIGHT = 4
"""A word weighs its letters and this much: short words turn meanings round too."""
_LEAST_PART = 3


def letter_similarity(joined: str, stretch: Sequence[str]) -> float:
    """Share of letters that agree in order, wherever the borders between words fall."""
    return fuzz.ratio(joined, "".join(stretch)) / 100


def word_similarity(phrase: Sequence[str], stretch: Sequence[str]) -> float:
    """Share of words that agree in order, weighted by length, one split or joined word as one."""
    rows = [[0.0] * (len(stretch) + 1) for _ in range(len(phrase) + 1)]
    for p, wanted in enumerate(phrase, start=1):
        for s, said in enumerate(stretch, start=1):
            best = max(
                rows[p - 1][s],
                rows[p][s - 1],
                rows[p - 1][s - 1] + _weight(wanted) * _alike(wanted, said),
            )
            if s > 1:
                split = _joined_alike(stretch[s - 2], said, wanted)
                best = max(best, rows[p - 1][s - 2] + _weight(wanted) * split)
            if p > 1:
                joined = _joined_alike(phrase[p - 2], wanted, said)
                weight = _weight(phrase[p - 2]) + _weight(wanted)
                best = max(best, rows[p - 2][s - 1] + weight * joined)
            rows[p][s] = best
    return rows[-1][-1] / max(sum(map(_weight, phrase)), sum(map(_weight, stretch)))


def _weight(word: str) -> int:
    return len(word) + _WORD_WEIGHT


def _alike(wanted: str, said: str) -> float:
    if wanted == said:
        return 1.0
    return fuzz.ratio(wanted, said, score_cutoff=100 * ALIKE) / 100


def _joined_alike(first: str, second: str, whole: str) -> float:
    """How alike two words are to one; a very short word must really be in it."""
    joined = first + second
    if joined != whole and min(len(first), len(second)) < _LEAST_PART:
        return 0.0
    return _alike(joined, whole)
