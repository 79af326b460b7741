"""Prices whose currency is not said: "I paid twenty nine ninety", "antes eran 32 con 10"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING

from models.language.spoken.language import fold
from models.language.spoken.symbols import SymbolKind

if TYPE_CHECKING:
    from collections.abc import Sequence

    from models.language.spoken.symbols import Symbol
    from qa_rules.pii_detection.context.speaker_words import SpeakerWords

MAX_PRICE_WORDS = 3
"""Words of a phrase before a price."""
MAX_WORDS_TO_NEXT = 4
"""Words between a price and the one that it is compared with: "and then it was"."""

_PRICES = re.compile(r"(?:(?:^| )(?:\d{1,3}|\d \d\d|\d 0 \d) [1-9]\d){1,2}")
"""One price or two, each with its cents; dictated digits are said singly."""


class Prices:
    """Tells the prices among the numbers of one side, in order.

    Args:
        stream: The side's words.
        folded: The same, bare.
        price_words: Phrases of the language before a price.
    """

    def __init__(
        self, stream: SpeakerWords, folded: Sequence[str], price_words: Sequence[str]
    ) -> None:
        self._stream = stream
        self._folded = folded
        self._phrases = frozenset(tuple(fold(words).split()) for words in price_words)
        self._last = -1

    def is_price(self, parts: Sequence[Symbol]) -> bool:
        """Whether numbers are prices after a word for one, or right after another price."""
        said = " ".join(part.text for part in parts)
        if any(part.kind is not SymbolKind.DIGITS for part in parts) or not _PRICES.fullmatch(said):
            return False
        first = parts[0].first
        found = self._is_announced(first) or self._is_next(first)
        if found:
            self._last = parts[-1].last
        return found

    def _is_announced(self, first: int) -> bool:
        return any(
            tuple(self._folded[first - length : first]) in self._phrases
            for length in range(1, min(first, MAX_PRICE_WORDS) + 1)
        )

    def _is_next(self, first: int) -> bool:
        places = self._stream.places
        return (
            0 <= first - self._last <= MAX_WORDS_TO_NEXT
            and self._last > 0
            and places[self._last - 1].turn == places[first].turn
        )
