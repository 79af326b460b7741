"""Search for many phrases at once in recognised speech, tolerating recognition errors.

All phrases of a language share one index: a token of the text leads, by its spelling, to the few
phrases that may contain it, a prefilter drops those whose other words are missing, and only the
remaining ones are compared. The cost therefore depends on the words of a call and its near matches,
not on the number of rules.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, replace
from itertools import pairwise
from typing import TYPE_CHECKING

import numpy as np
from rapidfuzz import fuzz, process

from qa_rules.phrase_search.phrase import Match, Phrase, best_of, stretches_around, with_one_lost
from qa_rules.phrase_search.prefilter import Sieve
from qa_rules.phrase_search.similarity import weight
from qa_rules.phrase_search.strictness import Strictness
from qa_rules.phrase_search.tokens import PAUSE, REDACTED

if TYPE_CHECKING:
    from collections.abc import Sequence

    from qa_rules.phrase_search.other_words import OtherWords
    from qa_rules.phrase_search.prefilter import Places

ANCHORS = 2
"""Number of anchors of a phrase (its longest tokens), of which one must be recognisable."""
SECOND_ANCHOR_LENGTH = 6
"""Shorter second tokens, such as `your`, occur in too many phrases to be useful anchors."""
TOKEN_CUTOFF = 65
"""Similarity (0..100) of a token to an anchor from which a comparison starts."""
FUZZY_LENGTH = 5
"""Shorter tokens resemble too many others and must be equal to an anchor."""
KNOWN_PART = 0.4
"""Share of a phrase, by weight, that must be said next to a mask that may hide the rest."""
FAINT = 0.4
"""Mean confidence of a match below which other words are as likely."""
CACHED_TOKENS = 200_000


@dataclass(frozen=True, slots=True)
class _Leads:
    """The phrases that may contain a token, and its position in each."""

    phrases: Places
    anchors: Places


class PhraseIndex:
    """All phrases of one language, prepared for search.

    Attributes:
        nearly: Further phrases with a lower threshold, which are rarely searched.

    Args:
        phrases: The phrases to search for.
        negations: Words that a match must have as often as its phrase.
        nearly: See above.
        other_words: Separates words of similar spelling; without it, letters alone decide.
    """

    def __init__(
        self,
        phrases: Sequence[Phrase],
        negations: frozenset[str],
        nearly: PhraseIndex | None = None,
        other_words: OtherWords | None = None,
    ) -> None:
        self.nearly = nearly
        self._other_words = other_words
        self._negations = negations
        self._phrases = phrases
        self._equal: dict[str, list[tuple[int, int]]] = defaultdict(list)
        self._alike: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for place, phrase in enumerate(phrases):
            for anchor, token in _anchors(phrase):
                self._equal[token].append((place, anchor))
                if phrase.strictness is not Strictness.EXACT and len(token) >= FUZZY_LENGTH:
                    self._alike[token].append((place, anchor))
        self._vocabulary = list(self._alike)
        self._sieve = Sieve(phrases)
        self._words: dict[str, list[tuple[int, int]]] = defaultdict(list)
        for place, phrase in enumerate(phrases):
            for column, token in enumerate(phrase.tokens):
                self._words[token].append((place, column))
        self._leads: dict[str, _Leads | None] = {}

    def phrase(self, number: int) -> Phrase:
        """The phrase with this index."""
        return self._phrases[number]

    def half_masked(self, tokens: Sequence[str], masked: Sequence[int]) -> dict[int, list[int]]:
        """Phrases of which a large part is said literally next to a masked token, and where.

        The mask may hide the rest.
        """
        found: dict[int, list[int]] = defaultdict(list)
        for at in masked:
            known: dict[int, int] = defaultdict(int)
            for place, column in self._words.get(tokens[at - 1], ()) if at else ():
                part = self._phrases[place].tokens[: column + 1]
                if self._is_part(place, part, tokens[max(0, at - len(part)) : at]):
                    known[place] += weight(part)
            for place, column in self._words.get(tokens[at + 1], ()) if tokens[at + 1 :] else ():
                part = self._phrases[place].tokens[column:]
                if self._is_part(place, part, tokens[at + 1 : at + 1 + len(part)]):
                    known[place] += weight(part)
            for place, of_it in known.items():
                if of_it >= KNOWN_PART * weight(self._phrases[place].tokens):
                    found[place].append(at)
        return found

    def _is_part(self, place: int, part: Sequence[str], said: Sequence[str]) -> bool:
        """Whether a phrase is said in part but not completely."""
        return len(part) < len(self._phrases[place].tokens) and tuple(said) == tuple(part)

    def find(
        self,
        tokens: Sequence[str],
        first: int = 0,
        last: int | None = None,
        confidence: Sequence[float] = (),
    ) -> dict[int, list[Match]]:
        """Every phrase said from token `first` to before `last`, by its index.

        Matches of one phrase may overlap (see `apart`); token numbers count from the start of the
        stream. Tokens without a confidence (0..1) count as sure.
        """
        end = len(tokens) if last is None else last
        found: dict[int, list[Match]] = defaultdict(list)
        phrases, starts = self._candidates(tokens[first:end])
        if not len(phrases):
            return found
        for which in self._sieve.passing(tokens[first:end], phrases, starts):
            place, start = int(phrases[which]), first + int(starts[which])
            match = self._compare(self._phrases[place], tokens, start, (first, end), confidence)
            if match:
                found[place].append(match)
        return found

    def _candidates(self, said: Sequence[str]) -> tuple[Places, Places]:
        """Every phrase with an anchor similar to a token, once, and its possible start."""
        leads = [(at, lead) for at, token in enumerate(said) if (lead := self._leads_of(token))]
        leads += [
            (at, _leads(self._equal[one + two]))
            for at, (one, two) in enumerate(pairwise(said))
            if one + two in self._equal  # a word that recognition or its writer split: "post code"
        ]
        if not leads:
            return np.array([], dtype=np.int64), np.array([], dtype=np.int64)
        phrases = np.concatenate([lead.phrases for _, lead in leads])
        starts = np.concatenate([at - lead.anchors for at, lead in leads])
        _, once = np.unique(starts * len(self._phrases) + phrases, return_index=True)
        return phrases[once], starts[once]

    def _leads_of(self, token: str) -> _Leads | None:
        if token not in self._leads:
            if len(self._leads) >= CACHED_TOKENS:
                self._leads.clear()
            self._leads[token] = self._look_up(token)
        return self._leads[token]

    def _look_up(self, token: str) -> _Leads | None:
        pairs = list(self._equal.get(token, ()))
        if len(token) >= FUZZY_LENGTH and token not in (PAUSE, REDACTED):
            for other, _, _ in process.extract(
                token, self._vocabulary, scorer=fuzz.ratio, score_cutoff=TOKEN_CUTOFF, limit=None
            ):
                pairs += self._alike[other] if other != token else ()
        return _leads(pairs) if pairs else None

    def _compare(
        self,
        phrase: Phrase,
        tokens: Sequence[str],
        start: int,
        borders: tuple[int, int],
        confidence: Sequence[float],
    ) -> Match | None:
        def doubts(match: Match) -> bool | None:
            return self._doubts(phrase, tokens, match, confidence)

        end = start + len(phrase.tokens)
        inside = borders[0] <= start and end <= borders[1]
        if inside and tuple(tokens[start:end]) == phrase.tokens:
            return Match(start, end, 1.0, doubtful=_is_faint(confidence[start:end]))
        if phrase.strictness is Strictness.EXACT:
            return None
        stretches = stretches_around(phrase, tokens, start, borders)
        said = tokens[: borders[1]] if end > borders[1] else tokens
        if best := best_of(phrase, stretches, self._negations, doubts):
            return best
        match = with_one_lost(phrase, said, max(start, borders[0]), self._negations)
        if match is None or (unsure := doubts(match)) is None:
            return None
        return replace(match, doubtful=unsure)

    def _doubts(
        self, phrase: Phrase, tokens: Sequence[str], match: Match, confidence: Sequence[float]
    ) -> bool | None:
        """Whether a match is as likely to be other words; None if it certainly is."""
        said = tokens[match.first : match.last]
        sure = confidence[match.first : match.last]
        if self._other_words is None or phrase.strictness is Strictness.NAME:
            return _is_faint(sure)
        doubts = self._other_words.doubts(phrase, said, sure or [1.0] * len(said))
        return None if doubts is None else doubts > 0 or _is_faint(sure)


def _leads(pairs: Sequence[tuple[int, int]]) -> _Leads:
    phrases, anchors = np.array(pairs, dtype=np.int64).T
    return _Leads(phrases, anchors)


def _is_faint(confidence: Sequence[float]) -> bool:
    """Whether the mean confidence of the words is so low that they prove nothing."""
    return bool(confidence) and sum(confidence) < FAINT * len(confidence)


def _anchors(phrase: Phrase) -> list[tuple[int, str]]:
    """The anchors of a phrase (its longest tokens) with their positions."""
    wanted = 1 if phrase.strictness is Strictness.EXACT else ANCHORS
    order = sorted(range(len(phrase.tokens)), key=lambda place: -len(phrase.tokens[place]))
    anchors = [
        (place, phrase.tokens[place])
        for place in order[:wanted]
        if place == order[0] or len(phrase.tokens[place]) >= SECOND_ANCHOR_LENGTH
    ]
    if phrase.strictness is Strictness.NAME and len(phrase.tokens) > 1:
        anchors.append((0, phrase.joined))
    return anchors
