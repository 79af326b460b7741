"""One side's words, prepared for the recognizers of values in ordinary words."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING, NamedTuple

from models.language.spoken.symbols import SymbolKind

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from collections.abc import Set as AbstractSet

    from models.language.spoken.symbols import Symbol
    from qa_rules.pii_detection.context.speaker_words import SpeakerWords

SENTENCE_END = (".", "?", "!")


class Particles(NamedTuple):
    """Words inside of names.

    Attributes:
        names: All of them.
        passwords: Those that also stand between two words of a password.
        openers: Words of the language that names may also begin with ("Will", "Lo").
        given_names: Names that people are given, bare.
    """

    names: frozenset[str]
    passwords: frozenset[str]
    openers: frozenset[str]
    given_names: frozenset[str] = frozenset()


@dataclass(frozen=True, slots=True)
class WordView:
    """One side's words as the word-based spotters need them.

    Attributes:
        stream: The words.
        folded: The same, bare.
        symbol_at: The symbol at each word that has one.
        barred: Words that no value may include.
        is_cased: Whether the recogniser writes capital letters.
    """

    stream: SpeakerWords
    folded: Sequence[str]
    symbol_at: Mapping[int, Symbol]
    barred: AbstractSet[int]
    is_cased: bool

    def is_spelled(self, word: int) -> bool:
        """Whether a single letter, or letters with hyphens, stand there."""
        symbol = self.symbol_at.get(word)
        return bool(
            symbol
            and symbol.kind is SymbolKind.LETTERS
            and (symbol.certain or symbol.written or len(self.folded[word]) == 1)
        )

    def is_name_like(self, word: int) -> bool:
        """Whether a word may be part of a name, by its letters and its capital."""
        text = self.stream.words[word].text
        symbol = self.symbol_at.get(word)
        if not self.folded[word].replace("-", "").replace("'", "").isalpha():
            return False
        if symbol and symbol.kind in (SymbolKind.DIGITS, SymbolKind.MONTH, SymbolKind.FILLER):
            return False
        return not self.is_cased or text.lstrip("¿¡\"'(")[:1].isupper()

    def with_particles(self, first: int, particles: Collection[str]) -> int:
        """Where a surname begins whose particles are capitalised: "to Lo Presti", "Van den Berg".

        A turn begins with a capital anyway: "De Alba Sol" may say whose it is.
        """
        begin = before = first
        while self.is_cased and before > 0 and self.folded[before - 1] in particles:
            before -= 1
            if not self.same_turn(before, first) or self.ends(before):
                break
            opens_turn = before == 0 or not self.same_turn(before - 1, before)
            if self.is_name_like(before) and not (opens_turn and begin == before + 1):
                begin = before
        return begin

    def same_turn(self, word: int, other: int) -> bool:
        """Whether both words stand in one turn."""
        return self.stream.places[word].turn == self.stream.places[other].turn

    def ends_turn(self, word: int) -> bool:
        """Whether nothing follows the word in its turn."""
        return word + 1 == len(self.folded) or not self.same_turn(word, word + 1)

    def are_all(self, words: range, known: Collection[str]) -> bool:
        """Whether all words are known ones."""
        return all(self.folded[word] in known for word in words)

    def is_free(self, word: int, taken: Collection[int]) -> bool:
        """Whether there is such a word, and it is neither barred nor taken."""
        return 0 <= word < len(self.folded) and word not in taken and word not in self.barred

    def ends(self, word: int, *, at_comma: bool = True) -> bool:
        """Whether a clause ends with this word."""
        marks = (*SENTENCE_END, ",") if at_comma else SENTENCE_END
        return self.stream.words[word].text.endswith(marks)


def is_capitalised(text: str) -> bool:
    """Whether a word has a capital that lower-case text would not have (unlike "I'm")."""
    bare = text.lstrip("¿¡\"'(")
    return bare[:1].isupper() and bare[1:2].isalpha() and bare[1:2].islower()


def is_mask(text: str) -> bool:
    """Whether a word is a mask such as `[card_number]`."""
    if "[" not in text:
        return False
    bare = text.strip(".,;:!?")
    return bare.startswith("[") and bare.endswith("]")
