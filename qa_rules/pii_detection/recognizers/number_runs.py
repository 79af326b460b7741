"""Runs: the digits and letters of one dictated number, joined across words and turns."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, Protocol

from models.language.spoken.symbols import SymbolKind

if TYPE_CHECKING:
    from collections.abc import Collection, Sequence

    from models.language.spoken.symbols import Symbol
    from qa_rules.pii_detection.context.speaker_words import SpeakerWords

CHARACTERS = frozenset({SymbolKind.DIGITS, SymbolKind.LETTERS, SymbolKind.DATE})
INSIDE = CHARACTERS | {
    SymbolKind.HOMOPHONE,
    SymbolKind.FILLER,
    SymbolKind.CORRECTION,
    SymbolKind.MARK,
}
STARTS = CHARACTERS | {SymbolKind.HOMOPHONE}
COUNTED = frozenset({SymbolKind.UNIT, SymbolKind.ORDINAL})
"""What makes the number before it a quantity: "two pounds", "one second"."""
INSIDE_MARKS = frozenset("+-/")
NEVER_LAST = frozenset({SymbolKind.MARK, SymbolKind.CORRECTION, SymbolKind.HOMOPHONE})
MAX_GAP_S = 30.0
"""A longer pause ends a number, in seconds."""
MAX_GAP_WORDS = 3
"""More words between digits end a number."""
MIN_EXPLAINED_LENGTH = 5
"""Characters of a code before an explained letter ("B for Bravo") goes on with it."""
PAUSE_S = 0.9
"""A pause that separates two numbers, in seconds."""
MIN_UNASKED_DIGITS = 3
"""Of a number that nobody asked for, before it goes on after a gap."""
MAX_RUN_SYMBOLS = 80
"""Bounds the time of segmentation; no value is as long."""
BORDER_PUNCTUATION = (",", ".", ";", ":", "?", "!")


class Expectation(Protocol):
    """What the dialogue expects at a place, according to the cues."""

    def is_cut(self, before: int, after: int) -> bool:
        """Whether the other side asks something between two words of the stream."""

    def expected_lengths(self, first: int, last: int) -> tuple[int, int]:
        """Shortest and longest value of the types that are expected there; zeros if none is."""


@dataclass(slots=True)
class Run:
    """Characters that one side dictated in one go.

    Attributes:
        text: Digits, certain letters in upper case, unsure letters in lower case.
        firsts: For each character, index in the stream of the first word it came from.
        lasts: For each character, index after the last word.
        borders: Positions in `text` where another value may begin.
        style_borders: Those between figures and number words.
        written: For each character, whether the recogniser wrote it as a figure or letter.
        symbols: What it was made of.
    """

    text: str = ""
    firsts: list[int] = field(default_factory=list)
    lasts: list[int] = field(default_factory=list)
    borders: list[int] = field(default_factory=list)
    style_borders: set[int] = field(default_factory=set)
    written: list[bool] = field(default_factory=list)
    symbols: list[Symbol] = field(default_factory=list)

    @property
    def first(self) -> int:
        """Index of its first word."""
        return self.symbols[0].first

    @property
    def last(self) -> int:
        """Index after its last word, fillers included."""
        return self.symbols[-1].last

    @property
    def digit_count(self) -> int:
        """How many digits it holds."""
        return sum(map(str.isdecimal, self.text))


class RunBuilder:
    """Builds the runs of one side.

    Args:
        stream: The side's words.
        folded: The same words, bare.
        explainers: Words between a letter and the word that explains it ("for", "come").
        connectors: Words that may stand between the groups of one number ("and", "then").
        expectation: What the dialogue expects.
    """

    def __init__(
        self,
        stream: SpeakerWords,
        folded: Sequence[str],
        explainers: Collection[str],
        connectors: Collection[str],
        expectation: Expectation,
    ) -> None:
        self._words = stream.words
        self._places = stream.places
        self._folded = folded
        self._explainers = explainers
        self._connectors = connectors
        self._expectation = expectation

    def build(self, symbols: Sequence[Symbol], blocked: Collection[int]) -> list[Run]:
        """Runs in order.

        Args:
            symbols: Of the whole stream.
            blocked: Words that belong to something else (a cue, a date, an address).
        """
        groups: list[list[Symbol]] = []
        for index, symbol in enumerate(symbols):
            if not _may_stand_inside(symbols, index) or any(
                word in blocked for word in range(symbol.first, symbol.last)
            ):
                continue
            if groups and self._continues(groups[-1], symbol, blocked):
                groups[-1].append(symbol)
            elif symbol.kind in STARTS or symbol.text == "+":
                groups.append([symbol])
        runs = [self._run(group) for group in groups if any(map(_is_telling, group))]
        return [run for run in runs if len(run.text) > 1]

    def _continues(self, group: list[Symbol], symbol: Symbol, blocked: Collection[int]) -> bool:
        before, after = group[-1].last, symbol.first
        if after < before:
            return group[-1].first == symbol.first  # several symbols of one word
        if self._words[after].start_s - self._words[before - 1].end_s > MAX_GAP_S:
            return False
        if self._expectation.is_cut(before - 1, after):
            return False
        if len(group) >= MAX_RUN_SYMBOLS:
            return False
        if after == before:
            return True
        return symbol.kind in CHARACTERS and self._bridges(group, symbol, blocked)

    def _bridges(self, group: list[Symbol], symbol: Symbol, blocked: Collection[int]) -> bool:
        """Whether ordinary words between two groups of characters belong to one number."""
        before, after = group[-1].last, symbol.first
        gap = range(before, after)
        length = sum(len(part.text) for part in group)
        if len(gap) > MAX_GAP_WORDS or any(word in blocked for word in gap):
            return False
        if symbol.kind is SymbolKind.LETTERS and self._folded[after - 1] in self._explainers:
            return length >= MIN_EXPLAINED_LENGTH  # a letter that only its explanation tells
        only_connectors = all(self._folded[word] in self._connectors for word in gap)
        shortest, longest = self._expectation.expected_lengths(group[0].first, symbol.last)
        if longest and length + len(symbol.text) <= longest:
            # After a whole value "and is it" begins a sentence.
            is_whole = 0 < shortest <= length and len(gap) > 1
            is_told = self._folded[after] in self._explainers and len(gap) == 1
            return (only_connectors and not is_whole) or length < shortest or is_told
        other_turn = self._places[before - 1].turn != self._places[after].turn
        return (
            only_connectors
            and other_turn
            and symbol.kind is SymbolKind.DIGITS
            and length >= MIN_UNASKED_DIGITS
        )

    def _run(self, group: list[Symbol]) -> Run:
        run = Run()
        while group and group[-1].kind in NEVER_LAST:
            group.pop()
        previous: Symbol | None = None
        for symbol in group:
            run.symbols.append(symbol)
            if symbol.kind not in CHARACTERS and symbol.text != "+":
                continue
            if previous is None or self._is_border(previous, symbol):
                run.borders.append(len(run.text))
            if previous and previous.kind is symbol.kind and previous.written != symbol.written:
                run.style_borders.add(len(run.text))
            run.text += (
                symbol.text if symbol.certain or symbol.text.isdecimal() else symbol.text.lower()
            )
            run.written += [symbol.written] * len(symbol.text)
            run.firsts += [symbol.first] * len(symbol.text)
            run.lasts += [symbol.last] * len(symbol.text)
            previous = symbol
        run.borders.append(len(run.text))
        run.text = _with_zeros(run.text)
        return run

    def _is_border(self, before: Symbol, after: Symbol) -> bool:
        last, first = before.last - 1, after.first
        return (
            before.written != after.written
            or (before.written and len(before.text + after.text) > 2)  # noqa: PLR2004  groups
            or before.kind is not after.kind
            or not (before.certain and after.certain)
            or self._words[last].text.endswith(BORDER_PUNCTUATION)
            or self._words[first].start_s - self._words[last].end_s > PAUSE_S
            or self._places[last].turn != self._places[first].turn
        )


def _may_stand_inside(symbols: Sequence[Symbol], index: int) -> bool:
    """Leaves out quantities, numbers that count something, and marks of addresses."""
    symbol = symbols[index]
    if symbol.kind not in INSIDE or (
        symbol.kind is SymbolKind.MARK and symbol.text not in INSIDE_MARKS
    ):
        return False
    if symbol.kind is SymbolKind.DIGITS and index + 1 < len(symbols):
        after = symbols[index + 1]
        if after.kind in COUNTED and after.first <= symbol.last:
            before = symbols[index - 1] if index else None
            return (
                bool(before and before.kind is SymbolKind.DIGITS and before.last >= symbol.first)
                and not symbol.cardinal
            )
    return True


def _is_telling(symbol: Symbol) -> bool:
    """Whether a symbol is more than an ordinary word that may also be a letter ("y", "a")."""
    return bool(symbol.text) and (symbol.certain or symbol.kind is not SymbolKind.LETTERS)


def _with_zeros(text: str) -> str:
    """The letter O between digits, or before them at the start, is a zero."""
    return "".join(
        "0"
        if char in "oO"
        and text[index + 1 : index + 2].isdecimal()
        and (not index or text[index - 1].isdecimal())
        else char
        for index, char in enumerate(text)
    )
