"""Values in ordinary words: names and passwords, after an announcement or in an answer."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.call import Role
from models.spoken.language import fold
from models.spoken.symbols import SymbolKind
from qa_rules.pii_candidates import Candidate
from qa_rules.pii_cues import CueKind

if TYPE_CHECKING:
    from collections.abc import Collection, Iterator, Mapping, Sequence

    from models.spoken.symbols import Symbol
    from qa_rules.pii_cues import Cue
    from qa_rules.pii_rules import Cues, PiiRule
    from qa_rules.pii_streams import Stream

PERSON_NAME = "person_name"
ANSWER_WORDS = 12
"""So many words of an answer are searched for its value."""
ANSWER_S = 20.0
WHOLE_SCORE = 0.65
MIN_NAME_LETTERS = 3
MAX_COPULA_WORDS = 4
SENTENCE_END = (".", "?", "!")
PARTICLES = frozenset(
    {
        "de",
        "del",
        "della",
        "di",
        "da",
        "la",
        "von",
        "van",
        "der",
        "y",
        "o",
        "d",
        "los",
        "las",
        "el",
        "dei",
        "degli",
        "delle",
        "san",
        "santa",
    }
)


@dataclass(frozen=True, slots=True)
class Reading:
    """One side's words as the word-based spotters need them.

    Attributes:
        stream: The words.
        folded: The same, bare.
        symbol_at: The symbol at each word that has one.
        barred: Words that no value goes over.
        is_cased: Whether the recogniser writes capital letters.
    """

    stream: Stream
    folded: Sequence[str]
    symbol_at: Mapping[int, Symbol]
    barred: Collection[int]
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

    def same_turn(self, word: int, other: int) -> bool:
        """Whether both words stand in one turn."""
        return self.stream.places[word].turn == self.stream.places[other].turn

    def ends(self, word: int, *, at_comma: bool = True) -> bool:
        """Whether a clause ends with this word."""
        return self.stream.words[word].text.endswith((*SENTENCE_END, *((",",) if at_comma else ())))


class WordSpotter:
    """Finds the values of one type that consists of ordinary words.

    Args:
        rule: The type.
        cues: Its cues in the language.
    """

    def __init__(self, rule: PiiRule, cues: Cues) -> None:
        self._rule = rule
        self._stops = frozenset(map(fold, cues.stops))
        self._copulas = frozenset(map(fold, cues.copulas))

    def candidates(
        self, reading: Reading, cues: Sequence[Cue], questions: Sequence[Cue]
    ) -> Iterator[Candidate]:
        """Values in no particular order; they may overlap.

        Args:
            reading: The side's words.
            cues: This side's cues of this type.
            questions: The other side's names of this type.
        """
        starts = {cue.last for cue in cues if self._introduces(cue, reading)}
        starts |= set(self._after_copulas(reading, cues))
        for first in starts:
            last = self._value_end(reading, first)
            if last > first:
                yield self._candidate(reading, first, last, "announced", asked=False)
        for cue in cues:
            last = self._value_end(reading, cue.last) if cue.kind is CueKind.TITLE else cue.last
            if last > cue.last:
                yield self._candidate(reading, cue.first, last, "with a title", asked=False)
        for first, last in self._answers(reading, questions):
            yield self._candidate(reading, first, last, "asked before", asked=True)

    def _introduces(self, cue: Cue, reading: Reading) -> bool:
        """Whether the value follows; an agent who gives their own name does as they should."""
        is_own_name = reading.stream.role is Role.AGENT and self._rule.id == PERSON_NAME
        return cue.kind is CueKind.INTRODUCER or (
            cue.kind is CueKind.OWN_INTRODUCER and not is_own_name
        )

    def _after_copulas(self, reading: Reading, cues: Sequence[Cue]) -> Iterator[int]:
        """Where values begin that are announced less directly: "my password for it is …"."""
        for cue in cues if self._copulas else ():
            if cue.is_name:
                for word in range(cue.last, min(cue.last + MAX_COPULA_WORDS, len(reading.folded))):
                    if reading.folded[word] in self._copulas:
                        yield word + 1
                        break

    def _answers(self, reading: Reading, questions: Sequence[Cue]) -> Iterator[tuple[int, int]]:
        """The value in the first words that this side says after each question."""
        words = reading.stream.words
        start = 0
        for question in questions:
            while start < len(words) and words[start].start_s < question.end_s:
                start += 1
            if start == len(words) or words[start].start_s - question.end_s > ANSWER_S:
                continue
            for first in range(start, min(start + ANSWER_WORDS, len(words))):
                if self._may_begin(reading, first):
                    last = self._value_end(reading, first)
                    if last > first:
                        yield first, last
                        break

    def _may_begin(self, reading: Reading, word: int) -> bool:
        """Whether an answer's value may begin here; a name needs its capital letter."""
        if reading.folded[word] in self._stops or word in reading.barred:
            return False
        return self._rule.id == PERSON_NAME and reading.is_cased and reading.is_name_like(word)

    def _value_end(self, reading: Reading, first: int) -> int:
        end = first
        while end < len(reading.folded) and end - first < self._rule.max_words:
            if not self._goes_on(reading, end):
                break
            end += 1
            if reading.ends(end - 1):
                break
        while end > first and reading.folded[end - 1] in PARTICLES:
            end -= 1
        if self._rule.id == PERSON_NAME and end > first:
            spelled = end
            while spelled < len(reading.folded) and reading.is_spelled(spelled):
                spelled += 1
            if len("".join(reading.folded[end:spelled])) >= MIN_NAME_LETTERS:
                end = spelled
        return end

    def _goes_on(self, reading: Reading, word: int) -> bool:
        folded = reading.folded[word]
        if word in reading.barred:
            return False
        if self._rule.id != PERSON_NAME:
            return folded not in self._stops
        if folded in PARTICLES:
            return True
        return folded not in self._stops and reading.is_name_like(word)

    def _candidate(
        self, reading: Reading, first: int, last: int, why: str, *, asked: bool
    ) -> Candidate:
        return Candidate(
            type=self._rule.id,
            first=first,
            last=last,
            score=WHOLE_SCORE,
            checksum_valid=None,
            asked=asked,
            text=" ".join(reading.folded[first:last]),
            why=f"words, {why}",
        )


def repeated_names(reading: Reading, names: Collection[str]) -> Iterator[Candidate]:
    """Every place where a name that somebody gave is said again.

    Args:
        reading: One side's words.
        names: Single words of names, bare.
    """
    for word, folded in enumerate(reading.folded):
        if folded in names and word not in reading.barred and reading.is_name_like(word):
            yield Candidate(
                type=PERSON_NAME,
                first=word,
                last=word + 1,
                score=WHOLE_SCORE,
                checksum_valid=None,
                asked=False,
                text=folded,
                why="a name that was given in this call",
            )
