"""Which matches count by how they are meant: the clause model applied to the words of a call."""

from __future__ import annotations

from dataclasses import dataclass
from itertools import pairwise
from typing import TYPE_CHECKING

from qa_rules.matching.finders import NearFinder, RegexFinder
from qa_rules.matching.polarity.clause import Sense, Speech, idle_tokens, is_negative, sense_of
from qa_rules.phrase_search.tokens import PAUSE, tokenize
from qa_rules.rule_files.operators import Polarity

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

    from qa_rules.matching.call_index import CallIndex
    from qa_rules.matching.finders import Finder
    from qa_rules.matching.polarity.clause import ClauseWords
    from qa_rules.phrase_search.phrase import Match

_PUNCTUATION = tuple(".,;:?!…")


@dataclass(frozen=True, slots=True)
class PolarityFilter:
    """Keeps the matches whose polarity is the one that the rule asks for."""

    wanted: Polarity
    words: ClauseWords

    def counts(
        self, call_index: CallIndex, finder: Finder, stream: int, match: Match
    ) -> bool | None:
        """Whether a match counts; None if it is unclear whether it is denied."""
        if self.wanted is Polarity.ANY:
            return True
        terms = _terms(call_index, finder, stream, match)
        own = [at for places in terms for first, last in places for at in range(first, last)]
        sense = sense_of(terms, _speech(call_index, stream), self.words, own)
        if sense is Sense.AFFIRMED and isinstance(finder, RegexFinder):
            sense = self._of_wildcards(call_index, finder, stream, match)
        if sense is Sense.UNCLEAR:
            return None
        return (sense is Sense.DENIED) == (self.wanted is Polarity.NEGATED)

    def alike(self, said: Sequence[str], meant: Sequence[str]) -> bool:
        """Whether two sentences of similar meaning have the same polarity, or the opposite one.

        Args:
            said: Words of the recognised sentence, with their punctuation.
            meant: Words of the sentence of the rule.
        """
        if self.wanted is Polarity.ANY:
            return True
        is_alike = self._is_negative(said) == self._is_negative(meant)
        return is_alike == (self.wanted is Polarity.AFFIRMED)

    def clauses(self, sentence: Sequence[str]) -> list[tuple[int, int]]:
        """The clauses of a sentence: it is cut where the reach of a negation ends.

        Args:
            sentence: Words with their punctuation.

        Returns:
            Of each clause its first word and the word after its last.
        """
        said = [(token, number) for number, word in enumerate(sentence) for token in tokenize(word)]
        tokens = [token for token, _ in said]
        idle = idle_tokens(tokens, 0, len(tokens), self.words)
        begins = {
            number
            for at, (token, number) in enumerate(said)
            if token in self.words.borders and at not in idle
        }
        behind = {
            number for number, word in enumerate(sentence, start=1) if word.endswith(_PUNCTUATION)
        }
        starts = sorted((begins | behind) - {0, len(sentence)})
        return list(pairwise((0, *starts, len(sentence))))

    def _is_negative(self, sentence: Sequence[str]) -> bool:
        tokens, ends = with_clause_ends(sentence)
        return is_negative(tokens, self.words, ends - {len(tokens) - 1})

    def _of_wildcards(
        self, call_index: CallIndex, finder: RegexFinder, stream: int, match: Match
    ) -> Sense:
        """A negation that only a wildcard of the pattern matched denies the match."""
        named = {token for pattern in finder.patterns for token in tokenize(pattern.pattern)}
        said = call_index.streams[stream].tokens[match.first : match.last]
        is_denied = named.isdisjoint(self.words.denying) and is_negative(said, self.words)
        return Sense.DENIED if is_denied else Sense.AFFIRMED


def with_clause_ends(words: Iterable[str]) -> tuple[list[str], set[int]]:
    """The tokens of written words, and the indexes of those behind which punctuation ends a clause.

    Args:
        words: With their punctuation.
    """
    tokens: list[str] = []
    ends: set[int] = set()
    for word in words:
        tokens += tokenize(word)
        if word.endswith(_PUNCTUATION):
            ends.add(len(tokens) - 1)
    return tokens, ends


def _terms(
    call_index: CallIndex, finder: Finder, stream: int, match: Match
) -> list[list[tuple[int, int]]]:
    """The tokens of a match that a rule asked for: all, or those of each place of every term."""
    if not isinstance(finder, NearFinder):
        return [[(match.first, match.last)]]
    found = (term.find(call_index, stream, match.first, match.last) for term in finder.terms)
    return [[(place.first, place.last) for place in places] for places in found if places]


def _speech(call_index: CallIndex, stream: int) -> Speech:
    said = call_index.streams[stream]

    def ends_clause(at: int) -> bool:
        if at + 1 >= len(said.tokens) or PAUSE in (said.tokens[at], said.tokens[at + 1]):
            return True
        if said.turns[at] != said.turns[at + 1]:
            return True
        is_inside = said.words[at] == said.words[at + 1]
        return not is_inside and call_index.word(stream, at).endswith(_PUNCTUATION)

    return Speech(said.tokens, ends_clause, lambda at: said.is_unsure(at, at + 1))
