"""IP addresses, written or said with their dots: "eighty two dot fourteen dot nine dot seven"."""

from __future__ import annotations

from ipaddress import IPv6Address, ip_address
from typing import TYPE_CHECKING, NamedTuple

from models.language.spoken.lexicon import EDGE_PUNCTUATION
from models.language.spoken.symbols import SymbolKind
from qa_rules.pii_detection.evidence.weights import weights
from qa_rules.pii_detection.recognizers.run_segmentation import Candidate

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterator, Sequence

    from models.language.spoken.symbols import Symbol
    from qa_rules.pii_detection.context.dialogue import Context

IP_ADDRESS = "ip_address"
PARTS = 4
DOT = "."
SCORES = weights().recognizers
MIN_FIRST_PART = 16
"""Below, four small numbers with dots are more often a version ("4.2.1.0") than an address."""


class _Stretch(NamedTuple):
    """Words that an address may be made of."""

    text: str
    first: int
    last: int


def find_ip_addresses(
    texts: Sequence[str],
    symbols: Sequence[Symbol],
    blocked: Collection[int],
    context_at: Callable[[str, int, int], Context],
) -> Iterator[tuple[range, Candidate | None]]:
    """The words of each address, with a candidate if it may be personal.

    Args:
        texts: The side's words as recognised.
        symbols: What they stand for.
        blocked: Words that belong to something else.
        context_at: Evidence for a type at some words.
    """
    for stretch in (*_written(texts), *_spoken(symbols)):
        words = range(stretch.first, stretch.last)
        if not any(word in blocked for word in words) and _is_address(stretch.text):
            yield words, _candidate(stretch, context_at(IP_ADDRESS, *stretch[1:]))


def _candidate(stretch: _Stretch, context: Context) -> Candidate | None:
    """None for addresses of private networks, and for what is more likely a version."""
    address = ip_address(stretch.text)
    may_be_version = address.version == PARTS and address.packed[0] < MIN_FIRST_PART
    if not address.is_global or (may_be_version and not context.weight):
        return None
    return Candidate(
        type=IP_ADDRESS,
        first=stretch.first,
        last=stretch.last,
        score=SCORES.ip_address + SCORES.named_ip_address * bool(context.weight),
        checksum_valid=None,
        asked=context.asked,
        text=stretch.text,
        why=f"four numbers with dots, {context.why}",
    )


def _is_address(text: str) -> bool:
    try:
        address = ip_address(text)
    except ValueError:
        return False
    # "::" alone and "1::" are punctuation; a written address has more groups.
    return not isinstance(address, IPv6Address) or text.count(":") >= PARTS - 1


def _written(texts: Sequence[str]) -> Iterator[_Stretch]:
    for word, text in enumerate(texts):
        if text.count(DOT) >= PARTS - 1 or text.count(":") >= PARTS - 1:
            yield _Stretch(text.strip(EDGE_PUNCTUATION), word, word + 1)


def _spoken(symbols: Sequence[Symbol]) -> Iterator[_Stretch]:
    """Rows of numbers with three dots between them; digits said one by one are one number."""
    parts: list[Symbol] = []
    for symbol in symbols:
        if parts and (symbol.first > parts[-1].last or not _is_part(symbol)):
            yield from _row(parts)
            parts = []
        if _is_part(symbol) and (parts or symbol.kind is SymbolKind.DIGITS):
            parts.append(symbol)
    yield from _row(parts)


def _is_part(symbol: Symbol) -> bool:
    is_number = symbol.kind is SymbolKind.DIGITS or symbol.kind is SymbolKind.HOMOPHONE
    return is_number or (symbol.kind is SymbolKind.MARK and symbol.text == DOT)


def _row(parts: list[Symbol]) -> Iterator[_Stretch]:
    if sum(part.kind is SymbolKind.MARK for part in parts) == PARTS - 1:
        text = "".join(part.text for part in parts)
        yield _Stretch(text, parts[0].first, parts[-1].last)
