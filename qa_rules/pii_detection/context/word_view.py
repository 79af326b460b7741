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
MIN_SPELLED = 2
"""Letters after a name that spell it; one alone may be a word ("I")."""
MAX_ENDING_LETTERS = 2
"""Letters of an ending such as that of "it'll"; surnames go on with more ("O'Reilly")."""


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
        if symbol and symbol.kind in (SymbolKind.DIGITS, SymbolKind.FILLER):
            return False
        if symbol and symbol.kind is SymbolKind.MONTH and not self._names_month(word):
            return False
        if symbol and symbol.kind is SymbolKind.HOLIDAY and symbol.last - symbol.first > 1:
            return False
        return not self.is_cased or text.lstrip("¿¡\"'(")[:1].isupper()

    def _names_month(self, word: int) -> bool:
        """Whether a month is a name, as the only word of a turn or beside another: "June Hill"."""
        is_first = self.begins_turn(word)
        if is_first and self.ends_turn(word):
            return self.is_cased
        beside = [word - 1] * (not is_first) + [word + 1] * (not self.ends_turn(word))
        if any(at in self.symbol_at for at in beside):
            return False  # "March the third"
        return self.is_cased and any(
            is_capitalised(self.stream.words[at].text) and not self.ends(min(at, word))
            for at in beside
        )

    def is_elided_name(self, word: int) -> bool:
        """Whether a capital follows an apostrophe: "via dell'Olmo"."""
        _, _, name = self.stream.words[word].text.replace("\u2019", "'").partition("'")
        return name[:1].isupper()

    def with_particles(self, first: int, particles: Collection[str]) -> int:
        """Where a surname begins whose particles are capitalised: "to Lo Presti", "Van den Berg".

        A turn begins with a capital anyway: "De Alba Sol" may say whose it is.
        """
        begin = before = first
        while self.is_cased and before > 0 and self.folded[before - 1] in particles:
            before -= 1
            if not self.same_turn(before, first) or self.ends(before):
                break
            opens_turn = self.begins_turn(before) and begin == before + 1
            if self.is_name_like(before) and not opens_turn:
                begin = before
        return begin

    def same_turn(self, word: int, other: int) -> bool:
        """Whether both words stand in one turn."""
        return self.stream.places[word].turn == self.stream.places[other].turn

    def begins_turn(self, word: int) -> bool:
        """Whether nothing precedes the word in its turn."""
        return word == 0 or not self.same_turn(word - 1, word)

    def ends_turn(self, word: int) -> bool:
        """Whether nothing follows the word in its turn."""
        return word + 1 == len(self.folded) or not self.same_turn(word, word + 1)

    def opens_sentence(self, word: int) -> bool:
        """Whether a turn's first word goes on in small letters: "Wait while I look"."""
        goes_on = not (self.ends(word) or self.ends_turn(word) or self.is_spelled(word + 1))
        return self.is_cased and self.begins_turn(word) and goes_on

    def are_all(self, words: range, known: Collection[str]) -> bool:
        """Whether all words are known ones."""
        return all(self.folded[word] in known for word in words)

    def is_free(self, word: int, taken: Collection[int]) -> bool:
        """Whether there is such a word, and it is neither barred nor taken."""
        return 0 <= word < len(self.folded) and word not in taken and word not in self.barred

    def is_answer(self, words: range, openers: Collection[str], known: Collection[str]) -> bool:
        """Whether an answer is these words, and no sentence that only begins or goes on with them.

        "Same as before" and "I've already told them" are no names; "Sarah here" is one.

        Args:
            words: The answer, or a part of it.
            openers: Words that may follow it ("and", "that's").
            known: Names; one of them is an answer whatever follows.
        """
        first, last = words.start, words.stop
        if not self.is_cased and len(words) == 1:
            return False
        if self.ends_turn(last - 1) or self.ends(last - 1) or self.folded[first] in known:
            return True
        opens = self.begins_turn(first) or self.ends(first - 1)
        spelled = range(last, min(last + MIN_SPELLED, len(self.folded)))
        is_next = self.folded[last] in openers or all(map(self.is_spelled, spelled))
        return is_next or (self.is_cased and not (opens and len(words) == 1))

    def ends(self, word: int, *, at_comma: bool = True) -> bool:
        """Whether a clause ends with this word."""
        marks = (*SENTENCE_END, ",") if at_comma else SENTENCE_END
        return self.stream.words[word].text.endswith(marks)


def is_among(word: str, known: Collection[str]) -> bool:
    """Whether a bare word is one of some, alone or with a short ending: "it'll" beside "it"."""
    head, mark, ending = word.replace("\u2019", "'").partition("'")
    is_short = bool(mark) and len(head) > 1 and len(ending) <= MAX_ENDING_LETTERS
    return word in known or (is_short and head in known)


def is_capitalised(text: str) -> bool:
    """Whether a word has a capital that lower-case text would not have (unlike "I'm")."""
    bare = text.lstrip("¿¡\"'(")
    return bare[:1].isupper() and (bare[1:2].islower() or not bare[0].isascii())


def is_mask(text: str) -> bool:
    """Whether a word is a mask such as `[card_number]`."""
    if "[" not in text:
        return False
    bare = text.strip(".,;:!?")
    return bare.startswith("[") and bare.endswith("]")
