"""Words of a dictated value that carry nothing of it; they are masked with it, and not reported.

These are asides ("no, sorry", a dash between groups), hesitations, and words that only join the
value to others.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.language.spoken.symbols import SymbolKind
from qa_rules.pii_detection.types.pii_type import UNKNOWN_NUMBER

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from models.language.spoken.symbols import Symbol
    from qa_rules.pii_detection.compiled_types import Detectors
    from qa_rules.pii_detection.recognizers.run_segmentation import Candidate

HYPHEN = "-"


def with_idle_words(
    found: Iterable[Candidate],
    detectors: Detectors,
    folded: Sequence[str],
    symbol_at: Mapping[int, Symbol],
) -> list[Candidate]:
    """Values in order that know which of their words carry nothing of them.

    Args:
        found: Values of one side; those that consist of ordinary words stay as they are.
        detectors: Of the language.
        folded: The words of the side, bare.
        symbol_at: The symbol at each word that has one.
    """
    in_order = sorted(found, key=lambda one: one.first)
    return [one._replace(idle=_idle(one, detectors, folded, symbol_at)) for one in in_order]


def _idle(
    one: Candidate, detectors: Detectors, folded: Sequence[str], symbol_at: Mapping[int, Symbol]
) -> frozenset[int]:
    asides: set[int] = set()
    if one.type in detectors.told_in_parts and not one.is_fragment:
        asides.update(_corrections(one, folded, detectors.corrections))
        asides.update(_hyphens(one, symbol_at))
    idle = set(asides)
    if one.type in (*detectors.codes, *detectors.date_types, UNKNOWN_NUMBER):
        edges = detectors.edge_words
        for part in _apart(one, asides):
            idle.update(_idle_in(part, folded, symbol_at, edges))
    if one.type in detectors.places:
        idle.update(_leading(one, folded, symbol_at, detectors.edge_words))
    return frozenset(idle)


def _leading(
    one: Candidate, folded: Sequence[str], symbol_at: Mapping[int, Symbol], edges: Collection[str]
) -> Iterator[int]:
    """The joining words that an address begins with: "el ciento dos"."""
    for word in range(one.first, one.last - 1):
        symbol = symbol_at.get(word)
        if folded[word] not in edges or (symbol and symbol.certain):
            return
        yield word


def _apart(one: Candidate, asides: Collection[int]) -> Iterator[range]:
    """The words of a value in stretches between asides."""
    first = one.first
    for word in range(one.first, one.last + 1):
        if word == one.last or word in asides:
            if first < word:
                yield range(first, word)
            first = word + 1


def _idle_in(
    part: range, folded: Sequence[str], symbol_at: Mapping[int, Symbol], edges: Collection[str]
) -> Iterator[int]:
    """Hesitations inside of a part, and joining words at its edges; none if it has nothing else."""

    def is_idle(word: int, known: Collection[str]) -> bool:
        """Whether it is a hesitation, or a known word that is no certain character."""
        symbol = symbol_at.get(word)
        if symbol and symbol.kind is SymbolKind.FILLER:
            return True
        is_character = symbol and (symbol.certain or symbol.kind is not SymbolKind.LETTERS)
        return folded[word] in known and not is_character

    first, last = part.start, part.stop
    while first < last and is_idle(first, edges):
        first += 1
    while first < last and is_idle(last - 1, edges):
        last -= 1
    if first < last:
        yield from range(part.start, first)
        yield from range(last, part.stop)
        yield from (word for word in range(first, last) if is_idle(word, ()))


def _corrections(
    one: Candidate, folded: Sequence[str], corrections: Iterable[tuple[str, ...]]
) -> Iterator[int]:
    for word in range(one.first, one.last):
        for phrase in corrections:
            if tuple(folded[word : word + len(phrase)]) == phrase:
                yield from range(word, word + len(phrase))


def _hyphens(one: Candidate, symbol_at: Mapping[int, Symbol]) -> Iterator[int]:
    for word in range(one.first, one.last):
        symbol = symbol_at.get(word)
        if symbol and symbol.kind is SymbolKind.MARK and symbol.text == HYPHEN:
            yield word
