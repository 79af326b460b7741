"""Vectorised prefilter of phrases and positions before the exact comparison.

Comparing a phrase with the text takes a hundred times longer than looking up similarities of single
words. So every word of a candidate is first looked up at its expected position, plus or minus the
words that may be added or lost. Candidates that cannot reach the threshold, even if all letters
agree, are not compared. No match is lost.
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
"""Share of the letters of a piece that are in the word of which it was split off."""
LARGER_PIECE = 0.4
"""Least share of letters in the larger of two pieces of a word."""
CACHED_TOKENS = 20_000
_ROUNDED = 0.01


class Sieve:
    """Similarity of all words of all phrases to the text at every position."""

    def __init__(self, phrases: Sequence[Phrase]) -> None:
        words = dict.fromkeys(token for phrase in phrases for token in phrase.tokens)
        numbers = {word: number for number, word in enumerate(words)}
        longest = max((len(phrase.tokens) for phrase in phrases), default=1)
        self._words = list(words)
        self._lengths = np.array([len(word) for word in words], dtype=np.float32)
        self._spare = np.array([phrase.spare for phrase in phrases], dtype=np.int64)
        self._least = np.array([_least(phrase) for phrase in phrases], dtype=np.float32)
        # Word and weight of each phrase's tokens; shorter phrases are padded with weight 0.
        self._tokens = np.zeros((len(phrases), longest), dtype=np.int64)
        self._weights = np.zeros((len(phrases), longest), dtype=np.float32)
        for row, phrase in enumerate(phrases):
            whole = weight(phrase.tokens)
            for column, token in enumerate(phrase.tokens):
                self._tokens[row, column] = numbers[token]
                self._weights[row, column] = weight((token,)) / whole
        self._rows: dict[str, NDArray[np.uint8]] = {}

    def passing(self, said: Sequence[str], phrases: Places, starts: Places) -> NDArray[np.intp]:
        """Which of the candidates may match.

        Args:
            said: Tokens of the text.
            phrases: Phrase of each candidate.
            starts: Start of each candidate in `said`, if no word is added or lost.
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
        """Upper bound of each phrase's share of words in the text, weighted as in comparisons."""
        places = starts[:, None] + np.arange(self._tokens.shape[1])
        inside = (places >= 0) & (places < len(near))
        found = near[np.where(inside, places, 0), self._tokens[phrases]] * inside
        likeness: NDArray[np.float32] = (found * self._weights[phrases]).sum(axis=1) / 100
        return likeness

    def _row(self, token: str) -> NDArray[np.uint8]:
        """Similarity (0..100) of a token to each word; 100 if one may be a piece of the other."""
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
    """Least share of its words with which a phrase can reach its threshold."""
    if phrase.by_letters:
        return 0.0
    # The similarity is the mean of letters' and words' similarity, the former at most 1.
    least = 2 * phrase.threshold - 1
    if len(phrase.tokens) >= SPARE_WORDS_FROM and phrase.strictness is not Strictness.EXACT:
        whole = weight(phrase.tokens)
        shares = [weight((token,)) / whole for token in phrase.tokens[1:-1]]
        least = min(least, 1 - max(share for share in (0.0, *shares) if share <= LOST_SHARE))
    return least - _ROUNDED


def _spread(near: NDArray[np.uint8]) -> NDArray[np.uint8]:
    """Maximum over each position and its two neighbours, from the position before the first."""
    wider = np.zeros((len(near) + 2, near.shape[1]), dtype=np.uint8)
    for step in range(3):
        part = wider[step : step + len(near)]
        np.maximum(part, near, out=part)
    return wider
