"""How phrases, near terms and patterns are found in one stretch of one speaker's words."""

from __future__ import annotations

from bisect import bisect_right
from dataclasses import dataclass
from itertools import accumulate
from typing import TYPE_CHECKING, Any, Protocol

from qa_rules.phrase_search.phrase import Match, apart
from qa_rules.phrase_search.tokens import PAUSE

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence

    from qa_rules.matching.call_index import CallIndex


class Finder(Protocol):
    """Finds places in a stretch of words."""

    def may_find(self, call_index: CallIndex) -> bool:
        """False if the phrases found in the whole call rule out a match."""

    def find(self, call_index: CallIndex, stream: int, first: int, last: int) -> list[Match]:
        """Matches from token `first` to before `last` of a stream, apart and in order."""


@dataclass(frozen=True, slots=True)
class PhraseFinder:
    """Any of several phrases, each by its place in the index."""

    phrases: frozenset[int]

    def may_find(self, call_index: CallIndex) -> bool:
        """See `Finder`."""
        return not self.phrases.isdisjoint(call_index.said_phrases())

    def find(self, call_index: CallIndex, stream: int, first: int, last: int) -> list[Match]:
        """See `Finder`."""
        return call_index.said(self.phrases, stream, first, last)


@dataclass(frozen=True, slots=True)
class NearFinder:
    """All of several terms in a stretch of at most `words` words.

    Attributes:
        terms: What has to be said.
        words: The most words from the first term to the last.
        ordered: Whether the terms have to be said in their order.
        not_in: Longer expressions; a term does not count as a part of one.
    """

    terms: tuple[PhraseFinder, ...]
    words: int
    ordered: bool
    not_in: PhraseFinder | None = None

    def may_find(self, call_index: CallIndex) -> bool:
        """See `Finder`."""
        return all(term.may_find(call_index) for term in self.terms)

    def find(self, call_index: CallIndex, stream: int, first: int, last: int) -> list[Match]:
        """See `Finder`."""
        rows = self._rows(call_index, stream, first, last)
        if not all(rows):
            return []
        tokens = call_index.streams[stream].tokens
        return apart(
            match
            for start in rows[0]
            if (match := self._around(start, rows[1:]))
            and PAUSE not in tokens[match.first : match.last]
        )

    def partial(self, call_index: CallIndex, stream: int, first: int, last: int) -> list[Match]:
        """Places around which only some of the terms are said."""
        return [match for row in self._rows(call_index, stream, first, last) for match in row]

    def _rows(self, call_index: CallIndex, stream: int, first: int, last: int) -> list[list[Match]]:
        """Where each term is said."""
        outer = self.not_in.find(call_index, stream, first, last) if self.not_in else []
        return [
            list(outside(term.find(call_index, stream, first, last), outer)) for term in self.terms
        ]

    def _around(self, start: Match, rows: Sequence[list[Match]]) -> Match | None:
        """The shortest span that holds `start` and one match of every other term."""
        first, last, similarity = start.first, start.last, start.similarity
        before, doubtful = start, start.doubtful
        for row in rows:
            best: Match | None = None
            best_length = 0
            for match in row:
                if self.ordered and match.first < before.last:
                    continue
                length = max(last, match.last) - min(first, match.first)
                if length <= self.words and (best is None or length < best_length):
                    best, best_length = match, length
            if best is None:
                return None
            first, last = min(first, best.first), max(last, best.last)
            similarity = min(similarity, best.similarity)
            before, doubtful = best, doubtful or best.doubtful
        return Match(first, last, similarity, doubtful)


def outside(matches: Iterable[Match], outer: Sequence[Match]) -> Iterator[Match]:
    """The matches that are no part of a longer one."""
    for match in matches:
        if not any(longer.first <= match.first and match.last <= longer.last for longer in outer):
            yield match


@dataclass(frozen=True, slots=True)
class RegexFinder:
    """Any of several linear-time patterns on the folded words, joined by single spaces."""

    patterns: tuple[Any, ...]

    def may_find(self, call_index: CallIndex) -> bool:
        """See `Finder`."""
        return not call_index.silent

    def find(self, call_index: CallIndex, stream: int, first: int, last: int) -> list[Match]:
        """See `Finder`."""
        tokens = call_index.streams[stream].tokens[first:last]
        ends = list(accumulate(len(token) + 1 for token in tokens))
        text = " ".join(tokens)
        return apart(
            Match(
                first + bisect_right(ends, hit.start()),
                first + bisect_right(ends, hit.end() - 1) + 1,
                1.0,
            )
            for pattern in self.patterns
            for hit in pattern.finditer(text)
            if hit.end() > hit.start()
        )
