"""Signs and domains of e-mail addresses that recognition wrote as other words.

"arroba" comes back as "roba" or "a roa", "underscore" as "un descore", "yahoo" as "ya o". Such
words count only beside what is surely part of an address, so that they cost no other words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from models.language.spoken.symbols import Symbol, SymbolKind
from qa_rules.pii_detection.context.sounds import sound_of, sounds_like

if TYPE_CHECKING:
    from collections.abc import Collection, Iterable, Iterator, Mapping, Sequence

MAX_WORDS = 3
"""Words that one sign may come back as: "un der score"."""
MAX_DOMAIN_WORDS = 4
"""Words of a domain before its dot, at most."""
MIN_SIGN_LETTERS = 5
"""Signs with shorter names ("at", "dot") sound like too many words."""
MIN_JOINING_LETTERS = 7
"""The same of signs before the at sign, where any word may stand: "underscore", "guion bajo"."""
MOST_DIFFERING = 0.34
"""Share of a sign's letters: "a roa" for "arroba"; what follows must be a domain."""
MOST_DIFFERING_SURELY = 0.13
"""The same of what stands for it before any domain: one of the nine of "chiocciola"."""
MOST_DIFFERING_INSIDE = 0.2
"""The same of signs before the at sign."""
MOST_DIFFERING_DOMAIN = 0.2
"""The same of a domain, which a dot and a known ending must follow."""


class MisheardSigns:
    """Finds the words that a sign or a domain was recognised as.

    Args:
        names: What the sign, or the domains, are called.
        most_differing: Share of a name's letters that may differ.
        min_letters: Shorter names do not count.
    """

    def __init__(self, names: Iterable[str], most_differing: float, min_letters: int = 1) -> None:
        self._names = {sound for name in names if len(sound := sound_of(name)) >= min_letters}
        self._most_differing = most_differing

    def start(self, folded: Sequence[str], end: int, first: int = 0) -> int:
        """First of the words before `end` that are one of the names; `end` if there is none.

        Args:
            folded: The words, bare.
            end: Index after the last word.
            first: Words before this one do not count.
        """
        for start in range(end - 1, max(first, end - MAX_WORDS) - 1, -1):
            heard = sound_of("".join(folded[start:end]))
            if any(sounds_like(heard, name, self._most_differing) for name in self._names):
                return start
        return end

    def before(
        self, domains: Iterable[int], folded: Sequence[str], symbol_at: Mapping[int, Symbol]
    ) -> dict[int, Symbol]:
        """At signs that came back as other words not far before a domain ends, by first word.

        Args:
            domains: Where domains end, see `domain_ends`.
            folded: The words, bare.
            symbol_at: The symbols that were recognised.
        """
        found: dict[int, Symbol] = {}
        for end in domains:
            for last in range(end - 1, max(end - 1 - MAX_DOMAIN_WORDS, 0), -1):
                first = self.start(folded, last)
                marks = (symbol_at.get(word) for word in range(first, last))
                if first < last and not any(one and one.kind is SymbolKind.MARK for one in marks):
                    found[first] = Symbol(SymbolKind.MARK, "@", first, last)
                    break
        return found


def domain_ends(
    folded: Sequence[str],
    symbol_at: Mapping[int, Symbol],
    providers: Collection[str],
    endings: Collection[str],
) -> Iterator[int]:
    """Indexes after what may be a domain: before a dot with an ending, after one that is whole."""
    for word, one in enumerate(folded):
        symbol = symbol_at.get(word)
        is_dot = symbol and symbol.kind is SymbolKind.MARK and symbol.text == "."
        if is_dot and word + 1 < len(folded) and folded[word + 1] in endings:
            yield word
        elif one in providers or (symbol and symbol.kind is SymbolKind.ADDRESS):
            yield word + 1
