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

from qa_rules.likeness import Match, Phrase, best_of, stretches_around
from qa_rules.operatorfile import Strictness
from qa_rules.tokens import PAUSE, REDACTED

if TYPE_CHECKING:
    from collections.abc import Sequence

ANCHORS = 2
"""Tokens of a phrase of which at least one must be recognisable: its longest."""
SECOND_ANCHOR_LENGTH = 6
"""Shorter second tokens, such as `your`, are in too many phrases to lead anywhere."""
TOKEN_CUTOFF = 65
"""How alike (0..100) a text token must be to an anchor to start a comparison."""
FUZZY_LENGTH = 5
"""Shorter tokens resemble too many others: they are anchors only if equal."""
CACHED_TOKENS = 200_000


@dataclass(frozen=True, slots=True)
class _Leads:
    """The phrases that one text token may be part of, in parallel lists.

    Attributes:
        anchors: Position in the phrase that the token would have.
        before: Tokens that the farthest of the phrases reaches back.
        after: Tokens that the farthest of the phrases reaches on, the token itself included.
        hint: Least likeness (0..100) of letters that any of the phrases asks for.
    """

    phrases: list[int]
    anchors: list[int]
    joined: list[str]
    before: int
    after: int
    hint: float


class PhraseIndex:
    """All phrases of one language, ready to be found."""

    def __init__(self, phrases: Sequence[Phrase], negations: frozenset[str]) -> None:
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
        self._leads: dict[str, _Leads | None] = {}

    def phrase(self, number: int) -> Phrase:
        """The phrase that `find` reports under this number."""
        return self._phrases[number]

    def find(
        self, tokens: Sequence[str], first: int = 0, last: int | None = None
    ) -> dict[int, list[Match]]:
        """Every phrase said from token `first` to before `last`, by its place in the index.

        Matches of one phrase may overlap (see `apart`); each counts tokens from the very start.
        """
        end = len(tokens) if last is None else last
        found: dict[int, list[Match]] = defaultdict(list)
        tried: set[tuple[int, int]] = set()
        for at in range(first, end):
            leads = self._leads_of(tokens[at])
            if leads is None:
                continue
            around = "".join(tokens[max(first, at - leads.before) : min(end, at + leads.after)])
            # One call compares the letters of all of them; hardly any is left after it.
            for _, alike, which in process.extract(
                around,
                leads.joined,
                scorer=fuzz.partial_ratio,
                score_cutoff=leads.hint,
                limit=None,
            ):
                place, start = leads.phrases[which], at - leads.anchors[which]
                phrase = self._phrases[place]
                if alike < phrase.hint or (place, start) in tried:
                    continue
                tried.add((place, start))
                match = self._compare(phrase, tokens, start, (first, end))
                if match:
                    found[place].append(match)
        return found

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
        if not pairs:
            return None
        phrases = [self._phrases[place] for place, _ in pairs]
        rest = [len(p.tokens) - at + p.spare for p, (_, at) in zip(phrases, pairs, strict=True)]
        return _Leads(
            phrases=[place for place, _ in pairs],
            anchors=[anchor for _, anchor in pairs],
            joined=[phrase.joined for phrase in phrases],
            before=max(at + p.spare for p, (_, at) in zip(phrases, pairs, strict=True)),
            after=max(rest),
            hint=min(phrase.hint for phrase in phrases),
        )

    def _compare(
        self, phrase: Phrase, tokens: Sequence[str], start: int, borders: tuple[int, int]
    ) -> Match | None:
        end = start + len(phrase.tokens)
        inside = borders[0] <= start and end <= borders[1]
        if inside and tuple(tokens[start:end]) == phrase.tokens:
            return Match(start, end, 1.0)
        if phrase.strictness is Strictness.EXACT:
            return None
        return best_of(phrase, stretches_around(phrase, tokens, start, borders), self._negations)


def _anchors(phrase: Phrase) -> list[tuple[int, str]]:
    """The tokens that lead to the phrase, with their positions: its longest, which say most."""
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
