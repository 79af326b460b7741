"""The words of an address: numbers, names, flats and floors, postcodes and towns."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.language.spoken.language import fold
from models.language.spoken.symbols import SymbolKind

if TYPE_CHECKING:
    from collections.abc import Collection

    from qa_rules.pii_detection.context.word_view import WordView
    from qa_rules.pii_detection.types.pii_type import Cues

DATED = frozenset({SymbolKind.MONTH, SymbolKind.DATE})
NUMBERS = frozenset({SymbolKind.DIGITS, SymbolKind.ORDINAL, SymbolKind.FILLER})
POINT = "."
MAX_TOWN_WORDS = 4
"""Words of a town after a street."""
MAX_LOWER_CASE_NAME = 3
"""Words in which the number of a street without capitals is sought."""


class AddressParts:
    """Decides which words may be part of an address.

    Args:
        cues: Words that go on with an address ("apartment"), and those of boxes and streets.
        particles: Words inside of names.
        stops: Words that no name begins with.
        max_words: The most words that may follow a street.
    """

    def __init__(
        self, cues: Cues, particles: Collection[str], stops: Collection[str], max_words: int
    ) -> None:
        extensions = list(map(fold, cues.extensions))
        self._boxes = [tuple(fold(box).split()) for box in cues.boxes]
        self._streets = frozenset(map(fold, cues.anchors))
        self._extensions = frozenset(one for one in extensions if " " not in one)
        self._phrases = [tuple(one.split()) for one in extensions if " " in one]
        self._particles, self._stops = particles, stops
        self._max_words = max_words

    def is_number(self, reading: WordView, word: int, *, ordinals: bool = True) -> bool:
        """Whether there is a number that is not a quantity ("ten minutes").

        Args:
            reading: The words.
            word: Where.
            ordinals: Whether "twelfth", or a hesitation before a number, is one too.
        """
        symbol = reading.symbol_at.get(word)
        if not symbol or symbol.kind not in NUMBERS:
            return False
        if symbol.kind is not SymbolKind.DIGITS and not ordinals:
            return False
        after = reading.symbol_at.get(symbol.last)
        return not (
            after
            and after.kind is SymbolKind.UNIT
            and not reading.ends(symbol.last - 1)
            and reading.folded[symbol.last] not in self._extensions
        )

    def is_house_number(self, reading: WordView, word: int) -> bool:
        """Whether a number counts nothing: "Elm two hundred", not "a village of two hundred souls".

        An amount with decimals is none, nor is what a word in small letters follows at once.
        """
        if not self.is_number(reading, word, ordinals=False):
            return False
        symbol = reading.symbol_at[word]
        if POINT in reading.stream.words[word].text.rstrip(POINT):
            return False
        after = symbol.last
        is_last = reading.ends(after - 1) or reading.ends_turn(after - 1)
        return is_last or self._is_part(reading, after) or reading.is_name_like(after)

    def is_only_part(self, reading: WordView, words: range) -> bool:
        """Whether no street, and no name beside a number, is among the words."""
        has_name = any(reading.is_name_like(at) for at in words)
        has_number = any(self.is_number(reading, at, ordinals=False) for at in words)
        is_street = any(reading.folded[at] in self._streets for at in words)
        is_box = self.box(reading, words.start) is not None
        return reading.is_cased and not (is_street or is_box or (has_name and has_number))

    def are_turn(self, reading: WordView, words: range) -> bool:
        """Whether words are a turn with a town's name, or a flat or a floor with its number."""
        if not words or not reading.ends_turn(words.stop - 1):
            return False
        if reading.folded[words.start] in self._stops:
            return False
        is_part = any(self.is_extension(reading, at) for at in words)
        is_numbered = any(self.is_number(reading, at) for at in words)
        return (is_part and is_numbered) or not (is_part or is_numbered)

    def has_street(self, reading: WordView, first: int) -> bool:
        """Whether a street word follows in the turn, by which the address is found."""
        for word in range(first, len(reading.folded)):
            if not reading.same_turn(first, word):
                break
            if reading.folded[word] in self._streets:
                return True
        return False

    def box(self, reading: WordView, word: int) -> tuple[int, int] | None:
        """A post office box with its number."""
        for box in self._boxes:
            last = word + len(box)
            if tuple(reading.folded[word:last]) == box and self.is_number(reading, last):
                return word, last + 1
        return None

    def is_dated(self, reading: WordView, word: int) -> bool:
        """Whether a date stands there, which an answer may hold beside an address."""
        symbol = reading.symbol_at.get(word)
        return bool(symbol and symbol.kind in DATED)

    def is_common_noun(self, reading: WordView, anchor: int, articles: Collection[str]) -> bool:
        """Whether an article makes a street word ordinary: "by the way", but not "12 The Close"."""
        is_numbered = anchor > 1 and self.is_number(reading, anchor - 2, ordinals=False)
        return anchor > 0 and reading.folded[anchor - 1] in articles and not is_numbered

    def is_extension(self, reading: WordView, word: int) -> bool:
        """Whether a word, or the phrase that begins with it, goes on with an address."""
        return reading.folded[word] in self._extensions or self._is_phrase(reading, word)

    def number_words(self, reading: WordView, word: int) -> int:
        """Words of a house number that ends there, also with a letter: "fifteen a"; 0 if none."""
        if self.is_number(reading, word, ordinals=False):
            return 1
        is_letter = len(reading.folded[word]) == 1 and reading.folded[word].isalpha()
        is_after = word > 0 and word - 1 not in reading.barred and reading.same_turn(word - 1, word)
        is_lettered = is_letter and is_after and self.is_number(reading, word - 1, ordinals=False)
        return 2 * is_lettered

    def is_small_extension(self, reading: WordView, word: int) -> bool:
        """Whether a word goes on with an address and has no capital, as the name of one has."""
        is_small = reading.is_cased and not reading.is_name_like(word)
        return is_small and self.is_extension(reading, word)

    def tells_number(self, reading: WordView, word: int) -> bool:
        """Whether a number, or a phrase that says there is none, stands there."""
        return self.is_number(reading, word) or self._is_phrase(reading, word)

    def _is_phrase(self, reading: WordView, word: int) -> bool:
        words = reading.folded
        return any(tuple(words[word : word + len(one)]) == one for one in self._phrases)

    def is_numbered(self, reading: WordView, word: int) -> bool:
        """Whether a street number follows soon: then any word may be the street's name."""
        names = 0
        for at in range(word + 1, len(reading.folded)):
            if self.is_number(reading, at) or self.is_extension(reading, at):
                return True
            names += reading.folded[at] not in self._particles
            if names == MAX_LOWER_CASE_NAME or reading.ends(at, at_comma=False):
                break
        return False

    def is_name(self, reading: WordView, word: int) -> bool:
        """Whether a word may belong to the name of a street or a town."""
        is_small = reading.folded[word] in self._particles
        return is_small or reading.is_name_like(word) or reading.is_elided_name(word)

    def names_street(self, reading: WordView, word: int) -> bool:
        """Whether a word alone may name a street; articles and numbers do not."""
        is_small = reading.folded[word] in self._particles
        is_letter = len(reading.folded[word]) == 1
        if self._is_phrase(reading, word) or self._is_phrase(reading, max(word - 1, 0)):
            return False  # "sin número"
        return not is_small and not is_letter and not self.is_number(reading, word)

    def begins_house(self, reading: WordView, word: int) -> bool:
        """Whether a number and a name in capitals stand there: "9 Orchard Rise"."""
        symbol = reading.symbol_at.get(word)
        after = symbol.last if symbol else word
        is_followed = after < len(reading.folded) and reading.same_turn(word, after)
        return (
            self.is_number(reading, word, ordinals=False)
            and is_followed
            and not reading.ends(after - 1)
            and self.is_name(reading, after)
            and self.names_street(reading, after)
        )

    def extended(self, reading: WordView, end: int, borders: Collection[int]) -> int:
        """Take in flat, floor, postcode and town that follow in the same sentence or answer."""
        limit, town = end + self._max_words, 0
        while end < min(limit, len(reading.folded)) and end not in borders:
            is_same_turn = reading.same_turn(end - 1, end)
            if end in reading.barred or (is_same_turn and self._ends(reading, end - 1)):
                break
            if self._is_part(reading, end):
                limit, town = end + 1 + self._max_words, 0
            elif is_same_turn and town < MAX_TOWN_WORDS and self._is_town(reading, end, town):
                town += 1
            else:
                break
            end += 1
        while reading.folded[end - 1] in self._particles:
            end -= 1
        return end

    def _ends(self, reading: WordView, word: int) -> bool:
        """Whether a sentence ends with a word; the dot of "C.P." and "apt." ends none."""
        return reading.ends(word, at_comma=False) and not self.is_extension(reading, word)

    def named(self, reading: WordView, first: int) -> int:
        """Where the parts of an answer end that begins with the name of a street."""
        last = first
        while last < len(reading.folded) and last - first < self._max_words:
            if last in reading.barred or not reading.same_turn(first, last):
                break
            if not (self._is_part(reading, last) or self.is_name(reading, last)):
                break
            last += 1
            if reading.ends(last - 1, at_comma=False):
                break
        return last

    def _is_part(self, reading: WordView, word: int) -> bool:
        symbol = reading.symbol_at.get(word)
        is_spelled = bool(
            symbol
            and symbol.kind is SymbolKind.LETTERS
            and (symbol.certain or self._is_beside_code(reading, word))
        )
        return self.is_extension(reading, word) or self.is_number(reading, word) or is_spelled

    def _is_beside_code(self, reading: WordView, word: int) -> bool:
        """Whether a letter stands in a postcode, or after the word for a flat or a floor."""
        before = reading.symbol_at.get(word - 1)
        is_after_code = before and before.kind in (SymbolKind.DIGITS, SymbolKind.LETTERS)
        return bool(is_after_code) or self.is_extension(reading, word - 1)

    def _is_town(self, reading: WordView, word: int, town: int) -> bool:
        """Whether a town's name begins or goes on there: capitals tell, or a word before it."""
        if not self.is_name(reading, word):
            return False
        if self.is_extension(reading, word - 1):
            return True
        before = word - 1
        begins = reading.ends(before) or self.is_number(reading, before)
        begins = begins or reading.folded[before] in self._particles
        return reading.is_cased and (bool(town) or begins)
