"""Postal addresses: a street, its number, and what belongs to it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.language.spoken.language import fold
from models.language.spoken.symbols import SymbolKind
from qa_rules.pii_detection.recognizers.run_segmentation import Candidate

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator

    from qa_rules.pii_detection.context.dialogue import Context
    from qa_rules.pii_detection.context.word_view import WordView
    from qa_rules.pii_detection.types.pii_type import Cues, PiiRule

NUMBERS = frozenset({SymbolKind.DIGITS, SymbolKind.ORDINAL, SymbolKind.FILLER})
STREET_WEIGHT, NUMBER_WEIGHT = 0.25, 0.2
MIN_SCORE = 0.45
MAX_LOWER_CASE_NAME = 3


class PostalAddressRecognizer:
    """Finds addresses by their street words.

    Args:
        rule: The type; `type` is its id.
        cues: Street words and what may follow, in the language.
        particles: Words inside of names.

    Attributes:
        anchors: Street words; without one there is no address.
    """

    def __init__(self, rule: PiiRule, cues: Cues, particles: Collection[str]) -> None:
        self.type = rule.id
        self._rule = rule
        self._particles = particles
        self._max_words = rule.max_words
        self.anchors = frozenset(map(fold, cues.anchors))
        self._comes_last = cues.anchor_side == "after"
        self._extensions = frozenset(map(fold, cues.extensions))

    def candidates(
        self,
        reading: WordView,
        context_at: Callable[[str, int, int], Context],
        borders: Collection[int],
    ) -> Iterator[Candidate]:
        """Addresses in order.

        Args:
            reading: One side's words.
            context_at: What speaks for an address at some words.
            borders: Words that turns begin with, other than the rest of an answer.
        """
        done = 0
        for word, folded in enumerate(reading.folded):
            if folded not in self.anchors or word < done or word in reading.barred:
                continue
            first, last = (
                (self._start(reading, word), word + 1)
                if self._comes_last
                else (word, self._end(reading, word + 1, borders))
            )
            if last - first < 2:  # noqa: PLR2004  a street without a name is nobody's address
                continue
            last = self._extended(reading, last, borders)
            has_number = any(self._is_number(reading, at) for at in range(first, last))
            context = context_at(self._rule.id, first, last)
            score = STREET_WEIGHT + NUMBER_WEIGHT * has_number + context.weight
            if score >= MIN_SCORE:
                done = last
                yield Candidate(
                    type=self._rule.id,
                    first=first,
                    last=last,
                    score=score,
                    checksum_valid=None,
                    asked=context.asked,
                    text=" ".join(reading.folded[first:last]),
                    why=f"a street{' and number' * has_number}, {context.why}",
                )

    def _start(self, reading: WordView, anchor: int) -> int:
        """Go back over the street's name to the number before it."""
        start, names = anchor, 0
        while start > 0 and start - 1 not in reading.barred and anchor - start < self._max_words:
            if self._is_number(reading, start - 1):
                start -= 1
                continue
            passed_number = start < anchor - names
            if passed_number or reading.ends(start - 1) or not self._is_name(reading, start - 1):
                break
            if not reading.is_cased and names == MAX_LOWER_CASE_NAME:
                break
            start, names = start - 1, names + 1
        while start > 0 and self._is_extension_before(reading, start - 1):
            start -= 1  # "apartment" before its number
        return start

    def _is_extension_before(self, reading: WordView, word: int) -> bool:
        return (
            reading.folded[word] in self._extensions
            and word not in reading.barred
            and self._is_number(reading, word + 1)
            and not reading.ends(word)
        )

    def _end(self, reading: WordView, start: int, borders: Collection[int]) -> int:
        """Go on over the street's name to the number after it, in an answer over turns too."""
        end, names = start, 0
        while end < len(reading.folded) and end - start < self._max_words:
            if end in reading.barred or end in borders:
                break
            if self._is_number(reading, end) or reading.folded[end] in self._extensions:
                end += 1
            elif names <= MAX_LOWER_CASE_NAME and (
                self._is_name(reading, end) or self._is_numbered(reading, end)
            ):
                end, names = end + 1, names + 1
            else:
                break
            if reading.ends(end - 1, at_comma=False):
                break
        return end

    def _is_numbered(self, reading: WordView, word: int) -> bool:
        """Whether a street number follows soon: then any word may be the street's name."""
        ahead = range(word + 1, min(word + 1 + MAX_LOWER_CASE_NAME, len(reading.folded)))
        return any(
            self._is_number(reading, at) or reading.folded[at] in self._extensions for at in ahead
        )

    def _extended(self, reading: WordView, end: int, borders: Collection[int]) -> int:
        """Take in flat, floor, postcode and town that follow in the same sentence or answer."""
        limit = min(end + self._max_words, len(reading.folded))
        while end < limit and end not in reading.barred and end not in borders:
            is_same_turn = reading.same_turn(end - 1, end)
            if is_same_turn and reading.ends(end - 1, at_comma=False):
                break
            is_part = (
                reading.folded[end] in self._extensions
                or self._is_number(reading, end)
                or (reading.folded[end - 1] in self._extensions and reading.is_spelled(end))
            )
            is_town = reading.is_cased and reading.is_name_like(end) and reading.ends(end - 1)
            if not is_part and not (is_town and is_same_turn):
                break
            end += 1
        return end

    def _is_number(self, reading: WordView, word: int) -> bool:
        symbol = reading.symbol_at.get(word)
        return bool(symbol and symbol.kind in NUMBERS)

    def _is_name(self, reading: WordView, word: int) -> bool:
        return reading.folded[word] in self._particles or reading.is_name_like(word)
