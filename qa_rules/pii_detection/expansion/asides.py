"""Words inside of a dictated value that are none of it: "no, sorry", and a dash between groups.

They are masked with the value, and not reported.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.language.spoken.symbols import SymbolKind
from qa_rules.pii_detection.evidence.features import NO_EVIDENCE
from qa_rules.pii_detection.expansion.idle_words import with_idle_words

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

    from models.language.spoken.symbols import Symbol
    from qa_rules.pii_detection.compiled_types import Detectors
    from qa_rules.pii_detection.recognizers.run_segmentation import Candidate

HYPHEN = "-"


def apart_from_asides(
    found: Iterable[Candidate],
    detectors: Detectors,
    folded: Sequence[str],
    symbol_at: Mapping[int, Symbol],
) -> list[Candidate]:
    """Values in parts and in order, with the asides between them as candidates without evidence.

    Args:
        found: Values of one side.
        detectors: With the types that are dictated, and the phrases that take something back.
        folded: The side's words, bare.
        symbol_at: The symbol at each word that has one.
    """
    parts: list[Candidate] = []
    for one in found:
        asides: set[int] = set()
        if one.type in detectors.told_in_parts and not one.is_fragment:
            asides.update(_corrections(one, folded, detectors.corrections))
            asides.update(_hyphens(one, symbol_at))
        parts += _divided(one, asides)
    parts.sort(key=lambda part: part.first)
    return [with_idle_words(part, detectors, folded, symbol_at) for part in parts]


def _divided(one: Candidate, asides: Collection[int]) -> Iterator[Candidate]:
    first = one.first
    for word in range(one.first + 1, one.last + 1):
        if word == one.last or (word in asides) != (first in asides):
            part = one._replace(first=first, last=word)
            yield part._replace(score=0.0, evidence=NO_EVIDENCE) if first in asides else part
            first = word


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
