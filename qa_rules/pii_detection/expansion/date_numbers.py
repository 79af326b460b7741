"""Numbers right before a date that are none of it."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.language.spoken.symbols import SymbolKind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from models.language.spoken.symbols import Symbol

DAY_AND_MONTH = (SymbolKind.DIGITS, SymbolKind.MONTH)
DAY_DIGITS = 2
MAX_WORDS_BETWEEN = 2
"""Words between a number and the day, or the day and the month."""


def without_other_numbers(
    symbols: Sequence[Symbol], announced: Collection[int]
) -> Iterator[Symbol]:
    """Symbols without an age or an article before a day and month: "eighteen the third of May".

    A year may stand there ("1980, the fourth of July"), and an announced one may be short.
    """
    for at, symbol in enumerate(symbols):
        after = [one for one in symbols[at + 1 : at + 5] if one.kind in DAY_AND_MONTH][:2]
        is_other = (
            symbol.kind is SymbolKind.DIGITS
            and len(symbol.text) <= DAY_DIGITS
            and symbol.first not in announced
            and tuple(one.kind for one in after) == DAY_AND_MONTH
            and len(after[0].text) <= DAY_DIGITS
            and after[0].first - symbol.last < MAX_WORDS_BETWEEN
            and after[1].first - after[0].last < MAX_WORDS_BETWEEN
        )
        if not is_other:
            yield symbol
