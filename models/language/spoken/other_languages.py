"""Numbers and dates in another language than the rest: an English number in a Spanish call."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.language.pack import spoken_languages
from models.language.spoken.atoms import NumberPart
from models.language.spoken.lexicon import load_lexicon
from models.language.spoken.reader import read_words
from models.language.spoken.symbols import SymbolKind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Sequence

    from models.language.spoken.lexicon import NumberLexicon
    from models.language.spoken.symbols import Symbol

MIN_NUMBER_WORDS = 3
"""This many number words in a row are a number, not a name or a loan word."""
MIN_FOREIGN_WORDS = 2
"""This many of them must not be words of the turn's language: "uno" is Spanish and Italian."""
VALUES = frozenset({NumberPart.VALUE, NumberPart.HUNDRED, NumberPart.THOUSAND})
NUMBERS = VALUES | {SymbolKind.MONTH, SymbolKind.ORDINAL}
INSIDE = NUMBERS | {NumberPart.LOOSE_VALUE, NumberPart.MULTIPLIER, SymbolKind.FILLER}


def read_mixed_words(
    words: Sequence[str], language: str, breaks: Collection[int]
) -> tuple[list[str], list[Symbol]]:
    """Like `read_words`, with numbers of other languages in place of what was read there.

    Args:
        words: In order, as the recogniser wrote them.
        language: Code of their own language.
        breaks: Indexes of words before which the speaker had stopped.
    """
    folded, found = read_words(words, language, breaks)
    own = load_lexicon(language)
    known = [_is_number(own, word) for word in words]
    for code in spoken_languages():
        if code == language:
            continue
        for first, last in _stretches(words, known, load_lexicon(code), breaks):
            _, read = read_words(words[first:last], code)
            shifted = [one._replace(first=one.first + first, last=one.last + first) for one in read]
            kept = [one for one in found if one.last <= first or one.first >= last]
            found = sorted([*kept, *shifted], key=lambda one: one.first)
            known[first:last] = [True] * (last - first)
    return folded, found


def _is_number(lexicon: NumberLexicon, word: str) -> bool:
    return any(atom.kind in NUMBERS for atom in lexicon.look_up(word)[1])


def _stretches(
    words: Sequence[str], known: Sequence[bool], lexicon: NumberLexicon, breaks: Collection[int]
) -> Iterator[tuple[int, int]]:
    """First word and end of each number that only this language explains."""
    first: int | None = None
    for word in range(len(words) + 1):
        is_inside = word < len(words) and _may_stand_inside(lexicon, words[word])
        if first is not None and (not is_inside or word in breaks):
            last = _trimmed(lexicon, words, first, word)
            values = [at for at in range(first, last) if _is_number(lexicon, words[at])]
            foreign = sum(not known[at] for at in values)
            if len(values) >= MIN_NUMBER_WORDS and foreign >= MIN_FOREIGN_WORDS:
                start = first - _has_plus(lexicon, words, first)
                yield _with_letters(lexicon, words, start, last)
            first = None
        if first is None and is_inside and _may_begin(lexicon, words[word]):
            first = word


def _trimmed(lexicon: NumberLexicon, words: Sequence[str], first: int, last: int) -> int:
    """Without the joiners and fillers at the end."""
    while last > first and not _may_begin(lexicon, words[last - 1]):
        last -= 1
    return last


def _may_begin(lexicon: NumberLexicon, word: str) -> bool:
    atoms = lexicon.look_up(word)[1]
    return any(atom.kind in INSIDE and atom.kind is not SymbolKind.FILLER for atom in atoms)


def _may_stand_inside(lexicon: NumberLexicon, word: str) -> bool:
    folded, atoms = lexicon.look_up(word)
    joiners = lexicon.tens_joiners | lexicon.date_joiners
    return folded in joiners or any(atom.kind in INSIDE for atom in atoms)


def _with_letters(
    lexicon: NumberLexicon, words: Sequence[str], first: int, last: int
) -> tuple[int, int]:
    """With the letters at the edges of a code, by names that mean nothing else: "zeta"."""
    while first and _is_letter(lexicon, words[first - 1]):
        first -= 1
    while last < len(words) and _is_letter(lexicon, words[last]):
        last += 1
    return first, last


def _is_letter(lexicon: NumberLexicon, word: str) -> bool:
    atoms = lexicon.look_up(word)[1]
    return any(atom.kind is SymbolKind.LETTERS and atom.certain for atom in atoms)


def _has_plus(lexicon: NumberLexicon, words: Sequence[str], first: int) -> bool:
    atoms = lexicon.look_up(words[first - 1])[1] if first else ()
    return any(atom.kind is SymbolKind.MARK and atom.text == "+" for atom in atoms)
