"""The smallest units of meaning of a word, before they are combined to symbols."""

from __future__ import annotations

from enum import StrEnum
from typing import TYPE_CHECKING, NamedTuple

if TYPE_CHECKING:
    from models.language.spoken.symbols import SymbolKind


class NumberPart(StrEnum):
    """Words that only together make a number."""

    VALUE = "value"
    HUNDRED = "hundred"
    THOUSAND = "thousand"
    MILLION = "million"
    MULTIPLIER = "multiplier"
    LOOSE_VALUE = "loose_value"
    """A number only beside another one ("oh", "un")."""
    HOMOPHONE = "homophone"
    """A number only in a row of single digits ("to", "for")."""


class Atom(NamedTuple):
    """The smallest meaning of a word; some words hold several ("settantadue", "ES48").

    Attributes:
        kind: A part of a number, or the kind of the symbol that it makes alone.
        text: Digits, letters or mark; of a number part its value in figures.
        certain: False for ordinary words that may also be meant.
        written: True for figures.
        cardinal: True for an amount.
    """

    kind: NumberPart | SymbolKind
    text: str
    certain: bool = True
    written: bool = False
    cardinal: bool = False


class Placed(NamedTuple):
    """An atom and the words it came from."""

    atom: Atom
    first: int
    last: int
