"""Dates: spoken ("third of April nineteen seventy nine") or written, and what they are."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING, NamedTuple

from models.language.spoken.symbols import SymbolKind
from qa_rules.pii_detection.context.word_view import SENTENCE_END
from qa_rules.pii_detection.expansion.date_numbers import without_other_numbers

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from models.language.spoken.symbols import Symbol
    from qa_rules.pii_detection.context.speaker_words import SpeakerWords

YEAR_DIGITS = 4
MAX_DAY = 31
MAX_JOINERS = 2
"""Words between two parts of a date ("of the")."""
CENTURIES = ("18", "19", "20")
CORRECTED = frozenset({SymbolKind.ORDINAL, SymbolKind.MONTH})
MAX_MONTH = 12
MAX_MONTH_AND_YEAR = 6
"""Figures of a written month and year: "09/2027"."""


class DateStretch(NamedTuple):
    """Words that form a date.

    Attributes:
        first: Index of the first word.
        last: Index after the last word.
        is_plain: True if month, or a written date, leaves no doubt that it is a date.
        is_written: True for one that was written whole ("12/03/1982").
        text: Its figures, for comparing.
        is_year: True for a year alone.
        announced: The type that a phrase right before it announces, or nothing.
        has_day: True if it names a day surely ("thirty September", not "September thirty").
    """

    first: int
    last: int
    is_plain: bool
    is_written: bool
    text: str
    is_year: bool
    announced: str = ""
    has_day: bool = False


def find_dates(
    symbols: Sequence[Symbol],
    words: tuple[SpeakerWords, Sequence[str]],
    joiners: Collection[str],
    announced: Mapping[int, str],
    corrections: Collection[tuple[str, ...]] = (),
) -> Iterator[DateStretch]:
    """Every date in order, including what counts as one only if it was asked for.

    Args:
        symbols: Of one side, without those of other values.
        words: The side's words, and the same bare.
        joiners: Words between the parts of a date.
        announced: The words at which a year alone is a date, with the type that it is.
        corrections: Words with which a speaker takes a part back ("no sorry").
    """
    folded = words[1]
    group = _Group(joiners=joiners, folded=folded)
    for symbol in without_other_numbers(symbols, announced):
        if group.parts and _is_passed_over(symbol, folded, joiners):
            continue
        is_near = group.parts and _is_near(group.parts[-1], symbol, words, joiners)
        if is_near and group.take(symbol):
            continue
        if group.parts and _is_corrected(group.parts[-1], symbol, folded, (joiners, corrections)):
            group.take_instead(symbol)
            continue
        yield from group.stretches()
        group = _Group(announced.get(symbol.first, ""), joiners, folded)
        group.take(symbol)
    yield from group.stretches()


def _is_passed_over(symbol: Symbol, folded: Sequence[str], joiners: Collection[str]) -> bool:
    """Whether a symbol is a filler, or a joiner ("de") that may also be the name of a letter."""
    return symbol.kind is SymbolKind.FILLER or (
        symbol.kind is SymbolKind.LETTERS and not symbol.certain and folded[symbol.first] in joiners
    )


def _is_near(
    before: Symbol,
    after: Symbol,
    words: tuple[SpeakerWords, Sequence[str]],
    joiners: Collection[str],
) -> bool:
    """Whether only a joiner or two stand between two parts, and no sentence ends."""
    stream, folded = words
    gap = folded[before.last : after.first]
    return (
        len(gap) <= MAX_JOINERS
        and all(word in joiners for word in gap)
        and not stream.words[before.last - 1].text.endswith(SENTENCE_END)
    )


def _is_corrected(
    before: Symbol,
    after: Symbol,
    folded: Sequence[str],
    known: tuple[Collection[str], Collection[tuple[str, ...]]],
) -> bool:
    """Whether a speaker takes one part of a date back for another: "the third, no, the fifth"."""
    joiners, corrections = known
    gap = [word for word in folded[before.last : after.first] if word not in joiners]
    return after.kind is before.kind and after.kind in CORRECTED and tuple(gap) in corrections


@dataclass(slots=True)
class _Group:
    """Parts of one date as they come in: at most a day, a month and a year."""

    announced: str = ""
    joiners: Collection[str] = ()
    folded: Sequence[str] = ()
    parts: list[Symbol] = field(default_factory=list)
    has_day: bool = False
    has_month: bool = False
    year: str = ""

    def take(self, symbol: Symbol) -> bool:
        """Take a part in; false if it cannot belong to this date."""
        if not self._accepts(symbol):
            return False
        self.parts.append(symbol)
        return True

    def take_instead(self, symbol: Symbol) -> None:
        """Take a part in that stands for the last one."""
        self.parts.append(symbol)

    def _accepts(self, symbol: Symbol) -> bool:
        if symbol.kind is SymbolKind.MONTH:
            self._read_as_day()
            accepted, self.has_month = not self.has_month, True
            return accepted
        if symbol.kind is SymbolKind.HOLIDAY:
            accepted = not (self.has_day or self.has_month)
            self.has_day = self.has_month = True
            return accepted
        if symbol.kind is SymbolKind.ORDINAL:
            self._read_as_year()
            if self.has_day and self.has_month:
                return self._accepts_number(symbol.text)
            self.has_month, self.has_day = self.has_month or self.has_day, True
            return True
        if symbol.kind is SymbolKind.DATE:
            return not self.parts
        return symbol.kind is SymbolKind.DIGITS and (
            self._accepts_month_and_year(symbol) or self._accepts_number(symbol.text)
        )

    def _read_as_day(self) -> None:
        """What could be a year before a month is its day: "he is of the fourteenth of May"."""
        if self.announced and len(self.parts) == 1 and _may_be_day(self.parts[0]):
            self.year, self.has_day = "", True

    def _read_as_day_and_month(self) -> None:
        """The same of two numbers before another one: "of the fourteenth of the tenth of fifty"."""
        if self.announced and len(self.parts) == 2 and all(map(_may_be_day, self.parts)):  # noqa: PLR2004
            self.year, self.has_day = "", True
            self.has_month = int(self.parts[1].text) <= MAX_MONTH

    def _read_as_year(self) -> None:
        """Two numbers before an ordinal are a year: "nineteen thirty, the ninth of August"."""
        texts = [part.text for part in self.parts]
        if len(texts) == 2 and texts[0] in CENTURIES and len(texts[1]) == 2:  # noqa: PLR2004
            self.year, self.has_day, self.has_month = "".join(texts), False, False

    def _accepts_month_and_year(self, symbol: Symbol) -> bool:
        """Whether figures with a point are month and year after a day: "11 del 11.79"."""
        month, year = symbol.text[:-2], symbol.text[-2:]
        is_pointed = symbol.cardinal and symbol.written and 0 < len(month) <= 2  # noqa: PLR2004
        if not is_pointed or self.has_month or self.year or not self.has_day:
            return False
        if not 0 < int(month) <= MAX_MONTH:
            return False
        self.has_month, self.year = True, year
        return True

    def _accepts_number(self, text: str) -> bool:
        self._read_as_day_and_month()
        is_whole_year = len(text) == YEAR_DIGITS and text.startswith(CENTURIES)
        if (is_whole_year and not self.year) or (self.announced and not self.parts):
            self.year = text
            return is_whole_year or len(text) <= 2  # noqa: PLR2004  half a year, or a day
        if not 0 < len(text) <= 2:  # noqa: PLR2004  a day, a month or half a year
            return False
        if self.year in CENTURIES:
            self.year += text
        elif not self.has_day and 0 < int(text) <= MAX_DAY:
            self.has_day = True  # also after the year: "April seventy nine, the seventeenth"
        elif not (self.year or self.has_month) and 0 < int(text) <= MAX_MONTH:
            self.has_month = True
        elif not self.year and len(text) == 2 and (self.has_month or self.has_day):  # noqa: PLR2004
            self.year = text
        else:
            return False
        return True

    def stretches(self) -> Iterator[DateStretch]:
        """The date that the parts make, if they make one."""
        kinds = [part.kind for part in self.parts]
        is_written = SymbolKind.DATE in kinds
        is_named = SymbolKind.MONTH in kinds or SymbolKind.HOLIDAY in kinds
        is_plain = is_written or (is_named and len(kinds) > 1)
        if is_plain or self._may_be_one(kinds):
            first, last = self.parts[0].first, self.parts[-1].last
            text = "".join(part.text for part in self.parts)
            is_year, has_day = text == self.year, self._names_day(kinds)
            stretch = DateStretch(first, last, is_plain, is_written, text, is_year)
            yield stretch._replace(announced=self.announced, has_day=has_day)

    def _names_day(self, kinds: Sequence[SymbolKind]) -> bool:
        """Whether no reading of it as a month and a year is left."""
        if SymbolKind.DATE in kinds:
            return len(self.parts[0].text) > MAX_MONTH_AND_YEAR
        is_day_first = kinds[0] is SymbolKind.DIGITS and kinds[1:2] == [SymbolKind.MONTH]
        return SymbolKind.HOLIDAY in kinds or SymbolKind.ORDINAL in kinds or is_day_first

    def _may_be_one(self, kinds: Sequence[SymbolKind]) -> bool:
        """Whether it is a date in a context of dates: a holiday, or day and month.

        Numbers alone need a joiner between them ("dos del dos"): the others are read as codes.
        """
        if not kinds:
            return False
        is_year = len(kinds) == 1 and len(self.year) == YEAR_DIGITS
        if SymbolKind.HOLIDAY in kinds or is_year or (self.announced and len(self.year) > 1):
            return True
        joined = any(
            word in self.joiners for word in self.folded[self.parts[0].first : self.parts[-1].last]
        )
        return self.has_day and self.has_month and (joined or SymbolKind.ORDINAL in kinds)


def _may_be_day(part: Symbol) -> bool:
    return part.kind is SymbolKind.DIGITS and len(part.text) <= 2 and 0 < int(part.text) <= MAX_DAY  # noqa: PLR2004
