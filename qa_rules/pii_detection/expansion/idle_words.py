"""Words of a dictated value that carry nothing of it: hesitations, and what joins it to others."""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.language.spoken.symbols import SymbolKind
from qa_rules.pii_detection.types.pii_type import UNKNOWN_NUMBER

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence

    from models.language.spoken.symbols import Symbol
    from qa_rules.pii_detection.compiled_types import Detectors
    from qa_rules.pii_detection.recognizers.run_segmentation import Candidate


def with_idle_words(
    one: Candidate,
    detectors: Detectors,
    folded: Sequence[str],
    symbol_at: Mapping[int, Symbol],
) -> Candidate:
    """A dictated value that knows which of its words carry nothing of it.

    Args:
        one: A value; one that consists of ordinary words is returned as it is.
        detectors: Of the language.
        folded: The words of its side, bare.
        symbol_at: The symbol at each word that has one.
    """
    if one.type not in (*detectors.codes, *detectors.date_types, UNKNOWN_NUMBER):
        return one

    def is_idle(word: int, known: Collection[str]) -> bool:
        """Whether it is a hesitation, or a known word that is no certain character."""
        symbol = symbol_at.get(word)
        if symbol and symbol.kind is SymbolKind.FILLER:
            return True
        is_character = symbol and (symbol.certain or symbol.kind is not SymbolKind.LETTERS)
        return folded[word] in known and not is_character

    first, last = one.first, one.last
    while first < last and is_idle(first, detectors.edge_words):
        first += 1
    while first < last and is_idle(last - 1, detectors.edge_words):
        last -= 1
    idle = {*range(one.first, first), *range(last, one.last)}
    idle.update(word for word in range(first, last) if is_idle(word, ()))
    return one._replace(idle=frozenset(idle)) if first < last else one
