"""Find many phrases in recognised speech at once, however recognition bent them.

All phrases of a language share one index: a text token leads, by its spelling, to the few
phrases that it can be part of, and only those are compared. So the cost of a call follows
its words and what is nearly said in them, not the number of rules.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass
from typing import TYPE_CHECKING

from rapidfuzz import fuzz, process

from qa_rules.rulefile import Strictness
from qa_rules.similarity import letter_similarity, word_similarity
from qa_rules.tokens import PAUSE, REDACTED

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

THRESHOLDS = {Strictness.EXACT: 1.0, Strictness.NORMAL: 0.85, Strictness.LOOSE: 0.75}
"""Least similarity (the mean over letters and words) for a phrase to count as said."""
ANCHORS = 2
"""Tokens of a phrase of which at least one must be recognisable: its longest."""
TOKEN_CUTOFF = 65
"""How alike (0..100) a text token must be to an anchor to start a comparison."""
FUZZY_LENGTH = 4
"""Shorter tokens resemble too many others: they are anchors only if equal."""
SPARE_PER_TOKENS = 5
"""One word may be added or lost for each so many words of a phrase, and one in any case."""
SPARE_WORDS_FROM = 4
"""Shorter phrases may not lose a word, only have two written as one."""
JOINED = 0.9
"""Letters that agree this well say that words were joined, not lost."""
CACHED_TOKENS = 200_000


@dataclass(frozen=True, slots=True)
class Phrase:
    """What is looked for."""

    tokens: tuple[str, ...]
    strictness: Strictness


@dataclass(frozen=True, slots=True)
class Match:
    """Where something was found in a stream: tokens `first` to before `last`."""

    first: int
    last: int
    similarity: float


class PhraseIndex:
    """All phrases of one language, ready to be found."""

    def __init__(self, phrases: Sequence[Phrase], negations: frozenset[str]) -> None:
        self._negations = negations
        self._phrases = phrases
        self._joined = ["".join(phrase.tokens) for phrase in phrases]
        self._equal: dict[str, list[tuple[int, int]]] = defaultdict(list)
        self._alike: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for place, phrase in enumerate(self._phrases):
            for anchor in _anchors(phrase):
                token = phrase.tokens[anchor]
                self._equal[token].append((place, anchor))
                if phrase.strictness is not Strictness.EXACT and len(token) >= FUZZY_LENGTH:
                    self._alike[token].append((place, anchor))
        self._vocabulary = list(self._alike)
        self._leads: dict[str, list[tuple[int, int]]] = {}

    def find(self, tokens: Sequence[str]) -> dict[int, list[Match]]:
        """Every phrase that is said in `tokens`, by its place in the index, in order."""
        found: dict[int, list[Match]] = defaultdict(list)
        tried: set[tuple[int, int]] = set()
        for at, token in enumerate(tokens):
            for place, anchor in self._leads_of(token):
                start = at - anchor
                if (place, start) in tried:
                    continue
                tried.add((place, start))
                match = self._compare(place, tokens, start)
                if match:
                    found[place].append(match)
        return {place: apart(matches) for place, matches in found.items()}

    def _leads_of(self, token: str) -> list[tuple[int, int]]:
        leads = self._leads.get(token)
        if leads is None:
            if len(self._leads) >= CACHED_TOKENS:
                self._leads.clear()
            leads = list(self._equal.get(token, ()))
            if len(token) >= FUZZY_LENGTH and token not in (PAUSE, REDACTED):
                for other, _, _ in process.extract(
                    token,
                    self._vocabulary,
                    scorer=fuzz.ratio,
                    processor=None,
                    score_cutoff=TOKEN_CUTOFF,
                    limit=None,
                ):
                    if other != token:
                        leads += self._alike[other]
            self._leads[token] = leads
        return leads

    def _compare(self, place: int, tokens: Sequence[str], start: int) -> Match | None:
        phrase = self._phrases[place]
        length = len(phrase.tokens)
        if start >= 0 and tuple(tokens[start : start + length]) == phrase.tokens:
            return Match(start, start + length, 1.0)
        if phrase.strictness is Strictness.EXACT:
            return None
        return _closest(phrase, self._joined[place], tokens, start, self._negations)


def _anchors(phrase: Phrase) -> list[int]:
    """Positions of the tokens that lead to the phrase: its longest, which say most."""
    wanted = 1 if phrase.strictness is Strictness.EXACT else ANCHORS
    order = sorted(range(len(phrase.tokens)), key=lambda place: -len(phrase.tokens[place]))
    return order[:wanted]


def _closest(
    phrase: Phrase, joined: str, tokens: Sequence[str], start: int, negations: frozenset[str]
) -> Match | None:
    """The stretch around `start` whose letters agree best; borders between words do not count.

    A negation that the phrase does not have turns its meaning round, so no stretch may hold one.
    """
    length, threshold = len(phrase.tokens), THRESHOLDS[phrase.strictness]
    negations -= frozenset(phrase.tokens)
    spare = max(1, length // SPARE_PER_TOKENS)
    best: Match | None = None
    for first in range(max(0, start - spare), min(len(tokens), start + spare + 1)):
        for last in range(max(first + 1, first + length - spare), first + length + spare + 1):
            stretch = tokens[first:last]
            if last > len(tokens) or PAUSE in stretch:
                break
            if not negations.isdisjoint(stretch):
                continue
            letters = letter_similarity(joined, stretch)
            # The mean of both reaches the threshold only if letters come at least halfway.
            if letters < 2 * threshold - 1:
                continue
            if len(stretch) < length < SPARE_WORDS_FROM and letters < JOINED:
                continue
            similarity = (letters + word_similarity(phrase.tokens, stretch)) / 2
            if similarity >= threshold and (best is None or similarity > best.similarity):
                best = Match(first, last, similarity)
    return best


def apart(matches: Iterable[Match]) -> list[Match]:
    """Of matches that overlap, the best; in order."""
    kept: list[Match] = []
    for match in sorted(matches, key=lambda match: (-match.similarity, match.first)):
        if all(match.last <= other.first or match.first >= other.last for other in kept):
            kept.append(match)
    return sorted(kept, key=lambda match: match.first)
