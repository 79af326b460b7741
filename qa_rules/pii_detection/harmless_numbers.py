"""Numbers that are not personal: years, times of day, amounts, written dates."""

from __future__ import annotations

import re
from itertools import pairwise
from typing import TYPE_CHECKING

from models.language.spoken.language import fold
from models.language.spoken.symbols import SymbolKind
from qa_rules.pii_detection.recognizers.dates import CENTURIES, YEAR_DIGITS
from qa_rules.pii_detection.recognizers.number_runs import CHARACTERS

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from models.language.spoken.language import SpokenLanguage
    from models.language.spoken.symbols import Symbol
    from qa_rules.pii_detection.recognizers.number_runs import Run

HOURS, MINUTES = 24, 60
MAX_TIME_WORDS = 3
"""Words before a time in which its preposition is sought."""
MAX_RANGE_DIGITS = 3
"""Longer numbers are no ends of a range."""
MAX_AMOUNTS = 2
"""Amounts of money that are said in a row."""
MIN_COUNTED_DOWN = 3
"""Numbers of a countdown; two may be the last digits of anything."""
AMOUNTS = frozenset({SymbolKind.UNIT, SymbolKind.QUANTITY})
MAX_COUNTS = 3
"""Numbers that one unit counts: "two, three, maybe four days"; a dictated number has more parts."""

_MONEY = re.compile(r"\d[.,]\d{2}(?!\d)")


def is_harmless(run: Run, folded: Sequence[str], language: SpokenLanguage) -> bool:
    """Whether a run without other evidence is left unmasked."""
    parts = [
        symbol
        for symbol in run.symbols
        if symbol.kind in (SymbolKind.DIGITS, SymbolKind.DATE)
        or (symbol.kind is SymbolKind.LETTERS and symbol.certain)
    ]
    if all(part.cardinal or part.kind is SymbolKind.DATE for part in parts):
        # More figures with points in a row ("4.0 9.5 8.3") are digits that were dictated.
        are_few = len(parts) <= MAX_AMOUNTS or not all(part.written for part in parts)
        return are_few or is_money([folded[part.first] for part in parts])
    if any(part.kind is not SymbolKind.DIGITS for part in parts):
        return False
    return (
        _is_year(parts, folded, language)
        or _is_range(run)
        or _is_time(parts, folded, language)
        or _is_counting(parts)
        or _is_set_phrase(run, folded, language)
    )


def is_quantity(
    run: Run,
    folded: Sequence[str],
    symbol_at: Mapping[int, Symbol],
    language: SpokenLanguage,
) -> bool:
    """Whether a run counts something, whatever was asked for: "two, three times a week"."""
    if _is_set_phrase(run, folded, language):
        return True
    parts = characters(run)
    if not parts or any(part.kind is not SymbolKind.DIGITS for part in parts):
        return False
    if _is_counting_to_ten(parts) or _is_said_of_things(parts, folded, language):
        return True
    if any(len(part.text) > MAX_RANGE_DIGITS for part in parts) or len(parts) > MAX_COUNTS:
        return False
    after = parts[-1].last
    for words in language.rate_words:
        rate = fold(words).split()
        if list(folded[after : after + len(rate)]) == rate:
            beyond = symbol_at.get(after + len(rate))
            if beyond and beyond.kind is SymbolKind.UNIT:
                return True
    unit = symbol_at.get(after)
    return bool(unit and unit.kind is SymbolKind.UNIT)


def is_amount_again(
    run: Run,
    folded: Sequence[str],
    symbol_at: Mapping[int, Symbol],
    connectors: Collection[str],
) -> bool:
    """Whether short numbers go on with amounts: "45 dollars, then 60, then 75"."""
    parts = characters(run)
    if any(part.kind is not SymbolKind.DIGITS or _is_long(part) for part in parts):
        return False
    word = run.first - 1
    while word >= 0 and folded[word] in connectors and word not in symbol_at:
        word -= 1
    before = symbol_at.get(word)
    is_rest = len(parts) == 1 and len(parts[0].text) <= 2  # noqa: PLR2004  "41 pounds twelve"
    is_after = word < run.first - 1 or is_rest
    return is_after and bool(before and before.kind in AMOUNTS)


def are_compared(run: Run) -> bool:
    """Whether words such as "to" stand between numbers of several figures, as between amounts.

    Two or more of them, or one beside an amount in hundreds: digits that are dictated come singly
    around a word that was misheard for a digit.
    """
    joined = [
        (before, after)
        for before, between, after in zip(
            run.symbols, run.symbols[1:], run.symbols[2:], strict=False
        )
        if between.kind is SymbolKind.HOMOPHONE
        and before.kind is after.kind is SymbolKind.DIGITS
        and before.first < between.first < after.first
    ]
    if any(_is_long(part) for part in characters(run)):
        return False
    return len(joined) > 1 or any(one.cardinal for pair in joined for one in pair)


def _is_long(part: Symbol) -> bool:
    return len(part.text) > MAX_RANGE_DIGITS


def characters(run: Run) -> list[Symbol]:
    """The digits and letters of a run, without words that are letters at most."""
    return [
        symbol
        for symbol in run.symbols
        if symbol.kind in CHARACTERS and (symbol.certain or symbol.kind is SymbolKind.DIGITS)
    ]


def is_told_year(run: Run, folded: Sequence[str], language: SpokenLanguage) -> bool:
    """Whether a run is one year after a word that precedes years: "desde 2015"."""
    parts = characters(run)
    is_year = len(parts) == 1 and len(parts[0].text) == YEAR_DIGITS
    return (
        is_year
        and parts[0].text.startswith(CENTURIES)
        and _follows_any(language.year_words, folded, parts[0])
    )


def are_amounts(run: Run) -> bool:
    """Whether all its figures were written with a decimal point, as prices and measures are."""
    parts = [symbol for symbol in run.symbols if symbol.kind in CHARACTERS]
    return all(part.cardinal and part.written for part in parts)


def is_money(texts: Sequence[str]) -> bool:
    """Whether figures have two decimals each, as amounts of money do: "18.50 and 20.75"."""
    return all(map(_MONEY.search, texts))


def _is_year(parts: Sequence[Symbol], folded: Sequence[str], language: SpokenLanguage) -> bool:
    """One number or two, or four digits where a year is announced: "since one nine nine seven"."""
    text = "".join(part.text for part in parts)
    whole = len(parts) == 1 or [len(part.text) for part in parts] == [2, 2]
    is_told = len(parts) == YEAR_DIGITS and _follows_any(language.year_words, folded, parts[0])
    return (whole or is_told) and len(text) == YEAR_DIGITS and text.startswith(CENTURIES)


def _is_range(run: Run) -> bool:
    """Short numbers, the first two with a word between them: "one to ten, ten being the best"."""
    kinds = [symbol.kind for symbol in run.symbols]
    between = [SymbolKind.DIGITS, SymbolKind.HOMOPHONE, SymbolKind.DIGITS]
    return (
        kinds[: len(between)] == between
        and len(kinds) <= len(between) + 1
        and all(len(symbol.text) <= MAX_RANGE_DIGITS for symbol in run.symbols)
    )


def _is_counting(parts: Sequence[Symbol]) -> bool:
    """Numbers up from one, also again or after their end ("to ten, one, two, …"), or down.

    Ones alone are none: a card may hold fifteen of them.
    """
    numbers = [int(part.text or 0) for part in parts]
    counts = (numbers, numbers[1:]) if len(numbers) > MAX_COUNTS else (numbers,)
    up = any(
        all(
            number == before + 1 or number == 1 < before for before, number in pairwise([0, *count])
        )
        for count in counts
    )
    down = all(number == before - 1 for before, number in pairwise(numbers))
    return up or (down and len(numbers) >= MIN_COUNTED_DOWN)


def _is_counting_to_ten(parts: Sequence[Symbol]) -> bool:
    """Whether somebody counts beyond nine, which no digits do: "eight, nine, ten"."""
    is_beyond = len(parts) > MAX_COUNTS and any(len(part.text) > 1 for part in parts[1:])
    return is_beyond and _is_counting(parts)


def _is_said_of_things(
    parts: Sequence[Symbol], folded: Sequence[str], language: SpokenLanguage
) -> bool:
    """Whether words before or between numbers show that they are hours or an estimate."""
    return _are_hours(parts, folded, language) or _is_estimate(parts, folded, language)


def _are_hours(parts: Sequence[Symbol], folded: Sequence[str], language: SpokenLanguage) -> bool:
    """Whether a word for times stands between two numbers, or before one: "not before ten"."""
    if len(parts) > 2 or any(len(part.text) > 2 for part in parts):  # noqa: PLR2004
        return False
    if len(parts) == 1:
        return int(parts[0].text) <= HOURS and _follows_any(language.time_words, folded, parts[0])
    return " ".join(folded[parts[0].last : parts[1].first]) in map(fold, language.time_words)


def _is_estimate(parts: Sequence[Symbol], folded: Sequence[str], language: SpokenLanguage) -> bool:
    """Whether a number of one or two parts is said to be one: "about two thousand".

    Digits in a row are dictated, whatever precedes them.
    """
    are_single = len(parts) > 1 and all(len(part.text) == 1 for part in parts)
    are_long = any(_is_long(part) and not part.cardinal for part in parts)
    return not (are_single or are_long or len(parts) > MAX_AMOUNTS) and _follows_any(
        language.estimate_words, folded, parts[0]
    )


def _is_set_phrase(run: Run, folded: Sequence[str], language: SpokenLanguage) -> bool:
    """Whether a run is a phrase that only looks like a number, or begins one: "mil gracias"."""
    for phrase in language.number_phrases:
        words = fold(phrase).split()
        last = max(run.last, run.first + len(words))
        if " ".join(folded[run.first : last]).replace("-", " ").split() == words:
            return True
    return False


def _follows_any(words: Sequence[str], folded: Sequence[str], part: Symbol) -> bool:
    before = " ".join(folded[max(0, part.first - MAX_TIME_WORDS) : part.first])
    return any(before == fold(word) or before.endswith(" " + fold(word)) for word in words)


def _is_time(parts: Sequence[Symbol], folded: Sequence[str], language: SpokenLanguage) -> bool:
    """Two numbers after a word that precedes times: "at twelve thirty", "entre las diez quince"."""
    if len(parts) != 2 or int(parts[0].text or 0) > HOURS or int(parts[1].text or 0) >= MINUTES:  # noqa: PLR2004
        return False
    return _follows_any(language.time_words, folded, parts[0])
