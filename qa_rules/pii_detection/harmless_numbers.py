"""Numbers that are not personal: years, times of day, amounts, written dates."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.language.spoken.language import fold
from models.language.spoken.symbols import SymbolKind
from qa_rules.pii_detection.recognizers.dates import CENTURIES, YEAR_DIGITS

if TYPE_CHECKING:
    from collections.abc import Sequence

    from models.language.spoken.language import SpokenLanguage
    from models.language.spoken.symbols import Symbol
    from qa_rules.pii_detection.recognizers.number_runs import Run

HOURS, MINUTES = 24, 60
MAX_TIME_WORDS = 3
MAX_RANGE_DIGITS = 3


def is_harmless(run: Run, folded: Sequence[str], language: SpokenLanguage) -> bool:
    """Whether a run without other evidence is left unmasked."""
    parts = [
        symbol
        for symbol in run.symbols
        if symbol.kind in (SymbolKind.DIGITS, SymbolKind.DATE)
        or (symbol.kind is SymbolKind.LETTERS and symbol.certain)
    ]
    if all(part.cardinal or part.kind is SymbolKind.DATE for part in parts):
        return True
    if any(part.kind is not SymbolKind.DIGITS for part in parts):
        return False
    return _is_year(parts) or _is_range(run) or _is_time(parts, folded, language)


def _is_year(parts: Sequence[Symbol]) -> bool:
    text = "".join(part.text for part in parts)
    whole = len(parts) == 1 or [len(part.text) for part in parts] == [2, 2]
    return whole and len(text) == YEAR_DIGITS and text.startswith(CENTURIES)


def _is_range(run: Run) -> bool:
    """Two short numbers with a word between them: "from twelve to fifteen"."""
    kinds = [symbol.kind for symbol in run.symbols]
    between = [SymbolKind.DIGITS, SymbolKind.HOMOPHONE, SymbolKind.DIGITS]
    return kinds == between and all(len(symbol.text) <= MAX_RANGE_DIGITS for symbol in run.symbols)


def _is_time(parts: Sequence[Symbol], folded: Sequence[str], language: SpokenLanguage) -> bool:
    """Two numbers after a word that precedes times: "at twelve thirty", "entre las diez quince"."""
    if len(parts) != 2 or int(parts[0].text or 0) > HOURS or int(parts[1].text or 0) >= MINUTES:  # noqa: PLR2004
        return False
    first = parts[0].first
    before = " ".join(folded[max(0, first - MAX_TIME_WORDS) : first])
    return any(
        before == fold(word) or before.endswith(" " + fold(word)) for word in language.time_words
    )
