"""Put the parts of spoken numbers together: "two hundred and eighteen", "setenta y dos"."""

from __future__ import annotations

from functools import partial
from typing import TYPE_CHECKING, NamedTuple

from models.language.spoken.atoms import NumberPart
from models.language.spoken.symbols import Symbol, SymbolKind

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from models.language.spoken.atoms import Placed
    from models.language.spoken.lexicon import NumberLexicon

TEN, HUNDRED, THOUSAND, MILLION = 10, 100, 1000, 1_000_000
TENS = range(20, HUNDRED, TEN)


class _Number(NamedTuple):
    value: int
    end: int
    cardinal: bool


class NumberReader:
    """Composes the numbers of one sequence of words, by the language's own grammar.

    Args:
        lexicon: Says how tens and units are joined.
        folded: The bare words, where joiners ("and", "y") are looked up.
        placed: The atoms of those words, in order.
        starts: Indexes of the words that clauses begin with.
    """

    def __init__(
        self,
        lexicon: NumberLexicon,
        folded: Sequence[str],
        placed: Sequence[Placed],
        starts: Collection[int],
    ) -> None:
        self._joining = lexicon.language.tens_and_units
        self._teens_after = frozenset(lexicon.language.teens_after)
        self._tens_joiners = lexicon.tens_joiners
        self._hundred_joiners = lexicon.hundred_joiners
        self._times_words = lexicon.times_words
        self._folded = folded
        self._placed = placed
        self._starts = starts

    def symbols(self) -> list[Symbol]:
        """One symbol for each number, and one for each other atom."""
        found: list[Symbol] = []
        index = 0
        while index < len(self._placed):
            atom, first, last = self._placed[index]
            if atom.kind in _ALONE and not self._is_one_million(index):
                kind = atom.kind if isinstance(atom.kind, SymbolKind) else SymbolKind.DIGITS
                certain = atom.certain and atom.kind not in _UNSURE
                found.append(
                    Symbol(kind, atom.text, first, last, certain, atom.written, atom.cardinal)
                )
                index += 1
            elif atom.kind is NumberPart.MULTIPLIER:
                index = self._multiplied(index, found)
            elif self._is_repeated(index):
                digit = self._placed[index + 2]
                text = digit.atom.text * int(atom.text)
                found.append(Symbol(SymbolKind.DIGITS, text, first, digit.last))
                index += 3
            elif self._is_compound_ordinal(index):
                unit = self._placed[index + 1]
                text = str(int(atom.text) + int(unit.atom.text))
                found.append(Symbol(SymbolKind.ORDINAL, text, first, unit.last))
                index += 2
            else:
                number = self._number(index)
                last = self._placed[number.end - 1].last
                text = str(number.value)
                found.append(Symbol(SymbolKind.DIGITS, text, first, last, cardinal=number.cardinal))
                index = number.end
        return found

    def _multiplied(self, index: int, found: list[Symbol]) -> int:
        """Apply "double" to what follows; the word alone ("a double room") is no symbol."""
        start = index + 1
        while self._follows(start) and self._placed[start].atom.kind is SymbolKind.FILLER:
            start += 1
        if not self._follows(start):
            return index + 1
        atom = self._placed[start].atom
        if atom.kind in (SymbolKind.DIGITS, SymbolKind.LETTERS):
            kind, text, end = SymbolKind(atom.kind), atom.text, start + 1
        elif isinstance(atom.kind, NumberPart) and atom.kind is not NumberPart.MULTIPLIER:
            number = self._number(start)
            kind, text, end = SymbolKind.DIGITS, str(number.value), number.end
        else:
            return index + 1
        repeated = text[0] * (int(self._placed[index].atom.text) - 1) + text
        first, last = self._placed[index].first, self._placed[end - 1].last
        found.append(Symbol(kind, repeated, first, last, written=atom.written))
        return end

    def _is_repeated(self, index: int) -> bool:
        """Whether "six times zero" begins here; "three times, four if you count" counts."""
        return (
            self._follows(index + 1)
            and self._folded[self._placed[index + 1].first] in self._times_words
            and self._follows(index + 2)
            and self._placed[index + 2].first not in self._starts
            and self._is(index, NumberPart.VALUE)
            and self._is(index + 2, NumberPart.VALUE)
            and int(self._placed[index].atom.text) <= TEN
            and len(self._placed[index + 2].atom.text) == 1
        )

    def _is_compound_ordinal(self, index: int) -> bool:
        """Whether tens and an ordinal make one ordinal: "twenty eighth"."""
        return (
            self._is(index, NumberPart.VALUE)
            and int(self._placed[index].atom.text) in TENS
            and self._follows(index + 1)
            and self._placed[index + 1].atom.kind is SymbolKind.ORDINAL
            and int(self._placed[index + 1].atom.text) < TEN
        )

    def _is_one_million(self, index: int) -> bool:
        """Whether a word that is one beside a number stands before a million."""
        is_one = self._is(index, NumberPart.LOOSE_VALUE)
        return is_one and self._follows(index + 1) and self._is(index + 1, NumberPart.MILLION)

    def _number(self, index: int) -> _Number:
        """The number that begins at an atom; it takes in as much as the grammar allows."""
        if self._is(index, NumberPart.MILLION):
            number = _Number(1, index, cardinal=True)
        elif self._is_one_million(index):
            number = _Number(1, index + 1, cardinal=True)
        else:
            number = self._below_million(index)
            if not (self._follows(number.end) and self._is(number.end, NumberPart.MILLION)):
                return number
        value, end = number.value * MILLION, number.end + 1
        start = self._after_joiner(end, self._hundred_joiners)
        if start and any(map(partial(self._is, start), _OF_AMOUNTS)):
            rest = self._below_million(start)
            return _Number(value + rest.value, rest.end, cardinal=True)
        return _Number(value, end, cardinal=True)

    def _below_million(self, index: int) -> _Number:
        number = self._below_thousand(index)
        # A "thousand" that stands alone or begins a sentence is itself the number.
        follows = number.end == index or self._follows(number.end)
        if not (follows and self._is(number.end, NumberPart.THOUSAND)):
            return number
        value, end = max(number.value, 1) * THOUSAND, number.end + 1
        start = self._after_joiner(end, self._hundred_joiners)
        if start and any(map(partial(self._is, start), _BELOW_THOUSAND)):
            rest = self._below_thousand(start)
            return _Number(value + rest.value, rest.end, cardinal=True)
        return _Number(value, end, cardinal=True)

    def _below_thousand(self, index: int) -> _Number:
        if self._is(index, NumberPart.THOUSAND):
            return _Number(0, index, cardinal=True)
        if self._is(index, NumberPart.HUNDRED):
            value, end = HUNDRED, index + 1
        else:
            value, end = self._below_hundred(index)
            if 0 < value < HUNDRED and self._follows(end) and self._is(end, NumberPart.HUNDRED):
                value, end = value * HUNDRED, end + 1
            elif value < HUNDRED:
                return _Number(value, end, cardinal=False)
        start = self._after_joiner(end, self._hundred_joiners)
        if start and self._is(start, NumberPart.VALUE) and not self._is_dictated(start):
            rest, rest_end = self._below_hundred(start)
            if 0 < rest < HUNDRED:
                return _Number(value + rest, rest_end, cardinal=True)
        return _Number(value, end, cardinal=True)

    def _below_hundred(self, index: int) -> tuple[int, int]:
        value = int(self._placed[index].atom.text)
        end = index + 1
        if value not in TENS:
            return value, end
        start = self._unit_after(end)
        if start and self._is(start, NumberPart.VALUE):
            unit = int(self._placed[start].atom.text)
            if 0 < unit < (2 * TEN if value in self._teens_after else TEN):
                return value + unit, start + 1
        return value, end

    def _unit_after(self, end: int) -> int | None:
        """Where a unit that belongs to the tens before it may stand."""
        if end < len(self._placed) and self._placed[end].first < self._placed[end - 1].last:
            return end  # parts of one word
        if self._joining == "adjacent":
            return self._after_joiner(end, self._tens_joiners)
        if self._joining == "joined":
            start = self._after_joiner(end, self._tens_joiners)
            return start if start and not self._follows_plainly(start) else None
        return None

    def _is_dictated(self, index: int) -> bool:
        """Single digits one after another: "eight hundred, five five five"."""
        return (
            self._follows(index + 1)
            and self._is(index + 1, NumberPart.VALUE)
            and len(self._placed[index].atom.text) == len(self._placed[index + 1].atom.text) == 1
        )

    def _is(self, index: int, kind: NumberPart) -> bool:
        return self._placed[index].atom.kind is kind

    def _follows(self, index: int) -> bool:
        """Whether there is such an atom and no word stands before it and the one before."""
        return index < len(self._placed) and (
            self._placed[index].first <= self._placed[index - 1].last
        )

    def _follows_plainly(self, index: int) -> bool:
        previous = self._placed[index - 1]
        return self._follows(index) and self._folded[previous.first] not in self._tens_joiners

    def _after_joiner(self, index: int, joiners: frozenset[str]) -> int | None:
        """The atom after at most one joiner, which may look like a letter ("e", "y") itself."""
        word = self._placed[index - 1].last
        if word < len(self._folded) and self._folded[word] in joiners:
            start = (
                index + 1
                if index < len(self._placed) and self._placed[index].first == word
                else index
            )
            if start < len(self._placed) and self._placed[start].first == word + 1:
                return start
        return index if self._follows(index) else None


_BELOW_THOUSAND = (NumberPart.VALUE, NumberPart.HUNDRED)
_OF_AMOUNTS = (*_BELOW_THOUSAND, NumberPart.THOUSAND)
_UNSURE = frozenset({NumberPart.LOOSE_VALUE, NumberPart.HOMOPHONE})
_ALONE = _UNSURE | frozenset(SymbolKind)
"""What is never part of a composed number."""
