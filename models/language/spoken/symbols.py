"""What spoken words stand for: digits, letters, marks, each with the words it came from."""

from __future__ import annotations

from enum import StrEnum
from typing import NamedTuple


class SymbolKind(StrEnum):
    """What a symbol is."""

    DIGITS = "digits"
    LETTERS = "letters"
    HOMOPHONE = "homophone"
    """An ordinary word beside a number that may be a digit too ("for", "to")."""
    MARK = "mark"
    """A sign of an address or a number: at, dot, dash, underscore, plus, slash."""
    FILLER = "filler"
    CORRECTION = "correction"
    """The speaker takes back what stands before it."""
    ADDRESS = "address"
    """An e-mail address or domain that was written whole."""
    DATE = "date"
    """A date that was written whole."""
    QUANTITY = "quantity"
    """A price, time, percentage or ordinal that was written whole."""
    MONTH = "month"
    HOLIDAY = "holiday"
    """A day with a name ("Christmas Day"): its month and day, two figures each."""
    ORDINAL = "ordinal"
    UNIT = "unit"
    """Makes the number before it a quantity: pounds, minutes."""


class Symbol(NamedTuple):
    """One or more characters that somebody dictated.

    Attributes:
        kind: What it is.
        text: Digits, upper-case letters or a mark as they would be written; empty where a
            correction took them back.
        first: Index of the first word it came from.
        last: Index after the last word it came from.
        certain: False for ordinary words that may also be meant ("to", "di", "november").
        written: True if the recogniser wrote figures, False if it wrote words.
        cardinal: True for a number said as an amount ("two hundred eighteen", "12,500").
    """

    kind: SymbolKind
    text: str
    first: int
    last: int
    certain: bool = True
    written: bool = False
    cardinal: bool = False
