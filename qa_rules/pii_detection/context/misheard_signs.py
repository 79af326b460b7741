"""Signs and domains of e-mail addresses that recognition wrote as other words.

"arroba" comes back as "roba" or "a roa", "underscore" as "un descore", "yahoo" as "ya o". Such
words count only beside what is surely part of an address, so that they cost no other words.
"""

from __future__ import annotations

from typing import TYPE_CHECKING

from qa_rules.pii_detection.context.sounds import sound_of, sounds_like

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

MAX_WORDS = 3
"""Words that one sign may come back as: "un der score"."""
MIN_SIGN_LETTERS = 5
"""Signs with shorter names ("at", "dot") sound like too many words."""
MIN_JOINING_LETTERS = 7
"""The same of signs before the at sign, where any word may stand: "underscore", "guion bajo"."""
MOST_DIFFERING = 0.34
"""Share of a sign's letters: "a roa" for "arroba"; what follows must be a domain."""
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
