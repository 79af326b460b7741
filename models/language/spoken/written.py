"""Figures and codes as recognisers write them: "4-9-1-6", "ES48", "0.627", "£18.50"."""

from __future__ import annotations

import re
from typing import TYPE_CHECKING, NamedTuple

from models.language.spoken.atoms import Atom
from models.language.spoken.language import fold
from models.language.spoken.symbols import SymbolKind

if TYPE_CHECKING:
    from collections.abc import Collection

MAX_SPELLED_LETTERS = 6
MIN_CODE_DIGITS = 4
MAX_DAY = 31
VOWELS = frozenset("aeiouy")
MAX_MONTH = 12

_EMAIL = re.compile(r"[^\s@]+@[^\s@]+")
_DOMAIN = re.compile(r"(?:https?://|www\.).+|[^\W\d_][\w-]+(?:\.[\w-]+)*\.[^\W\d_]{2,6}")
_PRICE = re.compile(r"[€$£]\d[\d.,]*|\d[\d.,]*[€$£%]")
_TIME = re.compile(r"\d{1,2}:\d{2}(?::\d{2})?\s?([^\W\d].*)?")
_DATE = re.compile(r"(\d{1,2})([/.-])(\d{1,2})\2(\d{4}|\d{2})")
_ISO_DATE = re.compile(r"\d{4}-(?:0\d|1[0-2])-[0-3]\d(?:T.*)?")
_MONTH_YEAR = re.compile(r"(0?[1-9]|1[0-2])/(\d{4}|\d{2})")
_THOUSANDS = re.compile(r"[1-9]\d{0,2}(?:[.,]\d{3})+(?:[.,]\d{2})?")
_DECIMAL = re.compile(r"(?:0|[1-9]\d*)[.,]\d{1,2}")
_FIGURES = re.compile(r"\+?[\d\s().,/·\u2013\u2014-]+")
_FIGURES_AND_ENDING = re.compile(r"([\d.,]+)([^\W\d]+)")
_CHUNK = re.compile(r"\d+|[^\W\d_]+")
_CODE = re.compile(r"[^\W_]+(?:[-./][^\W_]+)*")
_SPELLED = re.compile(r"[^\W\d_]{1,3}(?:[-.][^\W\d_]{1,3}){2,}")


class FigureEndings(NamedTuple):
    """What may follow figures in one word.

    Attributes:
        units: What makes them a quantity ("km", "pm").
        ordinals: What makes them an ordinal ("th").
        clock: What makes them a time of day, after a colon ("am").
    """

    units: frozenset[str]
    ordinals: frozenset[str]
    clock: frozenset[str]


def written_atoms(word: str, bare: str, endings: FigureEndings) -> tuple[Atom, ...]:
    """Read a word that is not in the lexicon.

    Args:
        word: As the recogniser wrote it.
        bare: Without the punctuation around it.
        endings: What may follow figures in the language.

    Returns:
        No atoms for an ordinary word.
    """
    if any(char.isdecimal() and char.isascii() for char in bare) and not _EMAIL.fullmatch(bare):
        return _with_figures(word, bare, endings)
    atom = _without_figures(bare)
    return (atom,) if atom else ()


def _without_figures(bare: str) -> Atom | None:
    if _EMAIL.fullmatch(bare):
        return Atom(SymbolKind.ADDRESS, bare, written=True)
    if len(bare) == 1 and bare.isalpha():
        return Atom(SymbolKind.LETTERS, bare.upper(), written=True)
    if _SPELLED.fullmatch(bare) and bare.isupper():
        return Atom(SymbolKind.LETTERS, "".join(filter(str.isalpha, bare)), written=True)
    if _DOMAIN.fullmatch(bare):
        return Atom(SymbolKind.ADDRESS, bare, certain=False, written=True)
    if bare.isalpha() and len(bare) <= MAX_SPELLED_LETTERS and _is_no_word(bare):
        return Atom(SymbolKind.LETTERS, bare, certain=False, written=True)
    return None


def _is_no_word(bare: str) -> bool:
    """Capitals ("NWBK"), or letters that cannot be pronounced ("nwbk")."""
    return bare.isupper() or (len(bare) > 1 and not VOWELS & set(fold(bare)))


def _with_figures(word: str, bare: str, endings: FigureEndings) -> tuple[Atom, ...]:
    digits = "".join(char for char in bare if char.isdecimal() and char.isascii())
    ending = _FIGURES_AND_ENDING.fullmatch(bare)
    after = ending.group(2).casefold() if ending else ""
    if _PRICE.fullmatch(bare) or _is_time(bare, endings.clock) or after in endings.units:
        return (Atom(SymbolKind.QUANTITY, digits, written=True),)
    if after in endings.ordinals and not bare.startswith("0"):
        return (Atom(SymbolKind.ORDINAL, digits, written=True),)
    if _is_date(bare):
        return (Atom(SymbolKind.DATE, _padded(bare, digits), written=True),)
    if not _FIGURES.fullmatch(bare):
        return _code(bare, digits)
    cardinal = bool(_THOUSANDS.fullmatch(bare) or _DECIMAL.fullmatch(bare))
    number = Atom(SymbolKind.DIGITS, digits, written=True, cardinal=cardinal)
    if word.lstrip("(").startswith("+"):
        return (Atom(SymbolKind.MARK, "+", written=True), number)
    return (number,)


def _is_time(bare: str, clock_endings: Collection[str]) -> bool:
    time = _TIME.fullmatch(bare)
    return time is not None and (time[1] is None or time[1].casefold().rstrip(".") in clock_endings)


def _is_date(bare: str) -> bool:
    if _ISO_DATE.fullmatch(bare) or _MONTH_YEAR.fullmatch(bare):
        return True
    date = _DATE.fullmatch(bare)
    if not date:
        return False
    one, other = int(date.group(1)), int(date.group(3))
    return 0 < min(one, other) <= MAX_MONTH and 0 < max(one, other) <= MAX_DAY


def _padded(bare: str, digits: str) -> str:
    """Month and year as four digits or six, so that "9/27" reads like "09/27"."""
    return digits if not _MONTH_YEAR.fullmatch(bare) or len(digits) % 2 == 0 else "0" + digits


def _code(bare: str, digits: str) -> tuple[Atom, ...]:
    """Letters and figures mixed; a longer word beside figures ("covid-19") is no code."""
    if not _CODE.fullmatch(bare):
        return tuple(
            Atom(SymbolKind.DIGITS, chunk, written=True) for chunk in re.findall("[0-9]+", bare)
        )
    atoms = []
    for chunk in _CHUNK.findall(bare):
        if chunk.isdecimal():
            atoms.append(Atom(SymbolKind.DIGITS, chunk, written=True))
        elif _is_spelled(chunk, digits):
            atoms.append(Atom(SymbolKind.LETTERS, chunk.upper(), written=True))
    return tuple(atoms)


def _is_spelled(chunk: str, digits: str) -> bool:
    """Whether letters beside these digits are part of a code rather than a word."""
    if len(digits) >= MIN_CODE_DIGITS and (chunk.isupper() or len(chunk) <= MAX_SPELLED_LETTERS):
        return True
    return len(chunk) <= 2 or (chunk.isupper() and len(chunk) <= MAX_SPELLED_LETTERS)  # noqa: PLR2004
