"""Dates: spoken ("third of April nineteen seventy nine") or written, and what they are."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from models.spoken.symbols import SymbolKind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from models.spoken.symbols import Symbol

DATE_KINDS = frozenset({SymbolKind.MONTH, SymbolKind.ORDINAL, SymbolKind.DIGITS, SymbolKind.DATE})
MAX_DATE_DIGITS = 6
MAX_JOINERS = 2
CENTURIES = ("18", "19", "20")


class DateStretch(NamedTuple):
    """Words that tell a date.

    Attributes:
        first: Index of the first word.
        last: Index after the last word.
        is_plain: True if month, or a written date, leaves no doubt that it is a date.
        is_written: True for one that was written whole ("12/03/1982").
        text: Its figures, for comparing.
    """

    first: int
    last: int
    is_plain: bool
    is_written: bool
    text: str


def find_dates(
    symbols: Sequence[Symbol], folded: Sequence[str], joiners: Collection[str]
) -> Iterator[DateStretch]:
    """Every date in order; each has a month, a written date or an ordinal beside a number."""
    group: list[Symbol] = []
    for symbol in symbols:
        if symbol.kind is SymbolKind.FILLER and group and symbol.first == group[-1].last:
            continue
        if not _is_date_part(symbol) or not _continues(group, symbol, folded, joiners):
            yield from _stretches(group)
            group = []
        if _is_date_part(symbol):
            group.append(symbol)
    yield from _stretches(group)


def _is_date_part(symbol: Symbol) -> bool:
    if symbol.kind is SymbolKind.DIGITS:
        return len(symbol.text) <= 2 or (len(symbol.text) == 4 and symbol.text[:2] in CENTURIES)  # noqa: PLR2004
    return symbol.kind in DATE_KINDS


def _continues(
    group: Sequence[Symbol], symbol: Symbol, folded: Sequence[str], joiners: Collection[str]
) -> bool:
    if not group:
        return True
    gap = folded[group[-1].last : symbol.first]
    if len(gap) > MAX_JOINERS or any(word not in joiners for word in gap):
        return False
    kinds = [part.kind for part in group]
    if symbol.kind is SymbolKind.MONTH and SymbolKind.MONTH in kinds:
        return False
    digits = sum(len(part.text) for part in group if part.kind is SymbolKind.DIGITS)
    return symbol.kind is not SymbolKind.DIGITS or digits + len(symbol.text) <= MAX_DATE_DIGITS


def _stretches(group: Sequence[Symbol]) -> Iterator[DateStretch]:
    kinds = {part.kind for part in group}
    is_plain = SymbolKind.DATE in kinds or (SymbolKind.MONTH in kinds and len(group) > 1)
    if is_plain or (SymbolKind.ORDINAL in kinds and len(group) > 1):
        text = "".join(part.text for part in group)
        yield DateStretch(group[0].first, group[-1].last, is_plain, SymbolKind.DATE in kinds, text)
