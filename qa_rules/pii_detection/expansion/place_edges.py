"""What stands beside an address: the town after it, the street before its postcode."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.language.spoken.symbols import SymbolKind
from qa_rules.pii_detection.recognizers.number_runs import BORDER_PUNCTUATION

if TYPE_CHECKING:
    from collections.abc import Collection

    from qa_rules.pii_detection.compiled_types import Detectors
    from qa_rules.pii_detection.context.word_view import WordView
    from qa_rules.pii_detection.recognizers.run_segmentation import Candidate

MAX_TOWN_WORDS = 2
"""Words of a town after an address."""
MAX_STREET_WORDS = 10
"""Words from a house number to the postcode."""


class PlaceEdges:
    """Finds where an address begins and ends beyond its street or postcode.

    Args:
        reading: The side's words; barred are those that name a type, and masks.
        detectors: The rules and the language.
    """

    def __init__(self, reading: WordView, detectors: Detectors) -> None:
        self._reading = reading
        self._places = detectors.places
        self._before_towns = detectors.language.town_words

    def town(self, one: Candidate, taken: Collection[int]) -> tuple[int, int]:
        """What follows an address to the end of the turn: a word or two are the town."""
        last = one.last
        while last - one.last <= MAX_TOWN_WORDS and self._reading.is_free(last, taken):
            last += 1
            if self._reading.ends_turn(last - 1):
                break
        is_named = self._reading.folded[one.last - 1] in self._before_towns
        is_town = (
            one.type in self._places
            and (one.asked or is_named)
            and not self._reading.stream.words[one.last - 1].text.endswith(BORDER_PUNCTUATION)
            and last - one.last <= MAX_TOWN_WORDS
            and self._reading.ends_turn(last - 1)
        )
        return one.last, last if is_town else one.last

    def street(self, one: Candidate, taken: Collection[int]) -> tuple[int, int]:
        """A number and names in capitals right before a postcode: "9 Orchard Rise, Kettering, …".

        No street word is needed, since the check of the postcode shows that this is an address.
        """
        reading, start, first = self._reading, one.first, one.first
        if one.type not in self._places or not one.checksum_valid or not reading.is_cased:
            return first, first
        while first - start < MAX_STREET_WORDS and reading.is_free(start - 1, taken):
            before = start - 1
            if not reading.same_turn(before, first) or reading.ends(before, at_comma=False):
                break
            symbol = reading.symbol_at.get(before)
            if symbol and symbol.kind is SymbolKind.DIGITS:
                return (before, first) if first - before > 1 else (first, first)
            if not reading.is_name_like(before):
                break
            start = before
        return first, first
