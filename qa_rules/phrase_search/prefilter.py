"""Tell at once for many phrases and places where a comparison may be worth its while.

Comparing a phrase with what is said takes a hundred times longer than looking up how alike single
words are. So every word of a candidate is first looked up where it should stand, give or take the
words that may be added or lost; what cannot reach the phrase's threshold even if all its letters
agree is not compared. Nothing that would be found is lost.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

import numpy as np
from rapidfuzz import process
from rapidfuzz.distance import LCSseq

from qa_rules.phrase_search.phrase import LOST_SHARE, SPARE_WORDS_FROM
from qa_rules.phrase_search.similarity import ALIKE, weight
from qa_rules.phrase_search.strictness import Strictness
from qa_rules.phrase_search.tokens import PAUSE, REDACTED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from numpy.typing import NDArray

    from qa_rules.phrase_search.phrase import Phrase

    Places = NDArray[np.int64]

CUT = 0.75
"""Share of the letters of a piece of a word that are in the word, where it was cut or joined."""
LARGER_PIECE = 0.4
"""The larger piece of a word that was cut in two has at least this share of its letters."""
CACHED_TOKENS = 20_000
_ROUNDED = 0.01


class Sieve:
    """How alike all words of all phrases are to what is said, at every place."""

    def __init__(self, phrases: Sequence[Phrase]) -> None:
        words = dict.fromkeys(token for phrase in phrases for token in phrase.tokens)
        numbers = {word: number for number, word in enumerate(words)}
        longest = max((len(phrase.tokens) for phrase in phrases), default=1)
        self._words = list(words)
        self._lengths = np.array([len(word) for word in words], dtype=np.float32)
        self._spare = np.array([phrase.spare for phrase in phrases], dtype=np.int64)
        self._least = np.array([_least(phrase) for phrase in phrases], dtype=np.float32)
        # Word and weight of each phrase's tokens; a shorter phrase ends with words of no weight.
        self._tokens = np.zeros((len(phrases), longest), dtype=np.int64)
        self._weights = np.zeros((len(phrases), longest), dtype=np.float32)
        for row, phrase in enumerate(phrases):
            whole = weight(phrase.tokens)
            for column, token in enumerate(phrase.tokens):
                self._tokens[row, column] = numbers[token]
                self._weights[row, column] = weight((token,)) / whole
        self._rows: dict[str, NDArray[np.uint8]] = {}

    def passing(self, said: Sequence[str], phrases: Places, starts: Places) -> NDArray[np.intp]:
        """Which of the candidates may be said.

        Args:
            said: Tokens of what is searched.
            phrases: The candidates' phrases.
            starts: Where each candidate would start in `said`, were nothing added or lost.
        """
        near = np.stack([self._row(token) for token in said])
        spares = self._spare[phrases]
        passed = np.zeros(len(phrases), dtype=bool)
        for spare in range(1, spares.max() + 1):
            near = _spread(near)
            chosen = np.flatnonzero(spares == spare)
            likeness = self._likeness(near, phrases[chosen], starts[chosen] + spare)
            passed[chosen] = likeness >= self._least[phrases[chosen]]
        return np.flatnonzero(passed)

    def _likeness(
        self, near: NDArray[np.uint8], phrases: Places, starts: Places
    ) -> NDArray[np.float32]:
        """Share of each phrase's words that is there at most, weighted as in comparisons."""
        places = starts[:, None] + np.arange(self._tokens.shape[1])
        inside = (places >= 0) & (places < len(near))
        found = near[np.where(inside, places, 0), self._tokens[phrases]] * inside
        likeness: NDArray[np.float32] = (found * self._weights[phrases]).sum(axis=1) / 100
        return likeness

    def _row(self, token: str) -> NDArray[np.uint8]:
        """How alike (0..100) a token is to each word; wholly, if one may be a piece of it."""
        if token not in self._rows:
            if len(self._rows) >= CACHED_TOKENS:
                self._rows.clear()
            self._rows[token] = self._compared(token)
        return self._rows[token]

    def _compared(self, token: str) -> NDArray[np.uint8]:
        if token in (PAUSE, REDACTED):
            return np.zeros(len(self._words), dtype=np.uint8)
        (common,) = process.cdist([token], self._words, scorer=LCSseq.similarity, dtype=np.float32)
        alike = 2 * common / (self._lengths + len(token))
        shorter = np.minimum(self._lengths, len(token))
        piece = (common >= CUT * shorter) & (common >= LARGER_PIECE * self._lengths)
        alike = np.where(piece, 1, np.where(alike < ALIKE, 0, alike))
        row: NDArray[np.uint8] = np.ceil(100 * alike).astype(np.uint8)
        return row


def _least(phrase: Phrase) -> float:
    """Share of its words without which a phrase cannot reach its threshold."""
    if phrase.by_letters:
        return 0.0
    # The similarity is the mean of the letters', which is at most one, and the words'.
    least = 2 * phrase.threshold - 1
    if len(phrase.tokens) >= SPARE_WORDS_FROM and phrase.strictness is not Strictness.EXACT:
        whole = weight(phrase.tokens)
        shares = [weight((token,)) / whole for token in phrase.tokens[1:-1]]
        least = min(least, 1 - max(share for share in (0.0, *shares) if share <= LOST_SHARE))
    return least - _ROUNDED


def _spread(near: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """The most alike of each place and its two neighbours, from the place before the first."""
    wider = np.zeros((len(near) + 2, near.shape[1]), dtype=np.uint8)
    for step in range(3):
        part = wider[step : step + len(near)]
        np.maximum(part, near, out=part)
    return wider
