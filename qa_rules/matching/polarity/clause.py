"""Whether what is said is meant or denied: a clause model that needs tokens and word lists alone.

A negation denies a match if it stands before it in the same clause, over auxiliaries, clitics and
whatever else belongs to that clause, or close behind it. Punctuation and the words with which a
clause begins end its reach; verbs such as "think" pass it on into the clause that they govern.
Which words do what is data of each language (`polarity` in its pack's engine.yaml).
"""

from __future__ import annotations

from dataclasses import dataclass, field
from enum import Enum
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Sequence

REACH = 8
"""Tokens before a match within which a negation in its clause denies it."""
FAR_REACH = 12
"""Further away, unpunctuated speech has usually begun a new clause: up to here, it is unclear."""
TRAILING_REACH = 4
"""Tokens behind a match within which a negation may follow it."""


class Sense(Enum):
    """How a match is meant, compared with the polarity of the phrase itself."""

    AFFIRMED = "affirmed"
    DENIED = "denied"
    UNCLEAR = "unclear"


@dataclass(frozen=True, slots=True)
class ClauseWords:
    """The clause model of a language, as tokens; see `ClauseVocabulary`.

    Attributes:
        denying: All words that may deny, so that speech without any is recognised at once.
        idle: Negated phrases that deny nothing, by their first token, longest first.
    """

    negators: frozenset[str] = frozenset()
    noun_negators: frozenset[str] = frozenset()
    negative_words: frozenset[str] = frozenset()
    trailing: frozenset[str] = frozenset()
    borders: frozenset[str] = frozenset()
    openers: frozenset[str] = frozenset()
    complementizers: frozenset[str] = frozenset()
    raising: frozenset[str] = frozenset()
    transparent: frozenset[str] = frozenset()
    idle: dict[str, tuple[tuple[str, ...], ...]] = field(default_factory=dict, hash=False)
    denying: frozenset[str] = field(init=False)

    def __post_init__(self) -> None:
        words = self.negators | self.noun_negators | self.negative_words | self.trailing
        object.__setattr__(self, "denying", words)


@dataclass(frozen=True, slots=True)
class Speech:
    """Tokens in which senses are asked.

    Attributes:
        ends_clause: Whether a clause ends behind a token: punctuation, a pause, a turn's end.
        is_unsure: Whether a token may have been another word.
    """

    tokens: Sequence[str]
    ends_clause: Callable[[int], bool]
    is_unsure: Callable[[int], bool]


def sense_of(
    terms: Iterable[Iterable[tuple[int, int]]],
    speech: Speech,
    words: ClauseWords,
    own: Collection[int] = (),
) -> Sense:
    """How a match is meant: denied if one of its terms is denied wherever it is said.

    Args:
        terms: Tokens `first` to before `last` of a phrase, or of each place of every term.
        speech: Where it is said.
        words: The clause model of the language.
        own: Tokens that belong to the match itself: a negation there is part of what is looked
            for. Those between `first` and `last` of a piece need not be given.
    """
    if not words.denying:
        return Sense.AFFIRMED
    worst = (Sense.DENIED, Sense.UNCLEAR, Sense.AFFIRMED)
    senses = (
        max((_Piece(*place, speech, words, own).sense() for place in term), key=worst.index)
        for term in terms
    )
    return min(senses, key=worst.index)


def is_negative(tokens: Sequence[str], words: ClauseWords, ends: Collection[int] = ()) -> bool:
    """Whether a whole sentence denies something; a negation that stands alone answers instead.

    Args:
        tokens: The sentence.
        words: The clause model of the language.
        ends: Tokens behind which there is punctuation.
    """
    if words.denying.isdisjoint(tokens):
        return False
    idle = idle_tokens(tokens, 0, len(tokens), words)
    real = [at for at in range(len(tokens)) if at not in idle and at not in ends]
    count = sum(tokens[at] in words.negators | words.noun_negators for at in real)
    return count % 2 == 1 or (not count and any(tokens[at] in words.negative_words for at in real))


@dataclass(slots=True)
class _Piece:
    """One contiguous match, and the negations that govern it."""

    first: int
    last: int
    speech: Speech
    words: ClauseWords
    own: Collection[int]
    count: int = 0
    has_negative_word: bool = False
    unclear: bool = False

    def sense(self) -> Sense:
        """See `sense_of`."""
        low = max(0, self.first - FAR_REACH)
        high = min(len(self.speech.tokens), self.last + TRAILING_REACH)
        around = self.speech.tokens[low:high]
        if self.words.denying.isdisjoint(around):
            return Sense.AFFIRMED
        idle = idle_tokens(self.speech.tokens, max(0, low - TRAILING_REACH), high + 1, self.words)
        self._look_before(low, idle)
        self._look_behind(high, idle)
        is_own = any(self.speech.tokens[at] in self.words.negators for at in self._owned())
        if self.count % 2 == 1 or (self.has_negative_word and not self.count and not is_own):
            return Sense.UNCLEAR if self.unclear else Sense.DENIED
        return Sense.AFFIRMED

    def _owned(self) -> Iterable[int]:
        return (*range(self.first, self.last), *self.own)

    def _look_before(self, low: int, idle: Collection[int]) -> None:
        """Walk back through the clause, and out of it only by a verb that passes a negation on."""
        tokens, words = self.speech.tokens, self.words
        walk = _Walk(words)
        walk.pass_opener(tokens[self.first])
        for at in range(self.first - 1, low - 1, -1):
            if self.speech.ends_clause(at) or (tokens[at] in words.borders and at not in idle):
                return
            if at in idle:
                if walk.is_outside:
                    return
            elif tokens[at] in words.denying:
                if at not in self.own:
                    self._deny(at)
            elif not walk.goes_on(tokens[at]):
                return

    def _look_behind(self, high: int, idle: Collection[int]) -> None:
        """A negation close behind, or a verb that denies what was put in front of it."""
        tokens, words = self.speech.tokens, self.words
        has_subject = not words.openers.isdisjoint(tokens[self.first : self.last])
        for at in range(self.last, high):
            token = tokens[at]
            if self.speech.ends_clause(at - 1) or at in idle or at in self.own:
                return
            if token in words.trailing:
                self.has_negative_word |= self.speech.ends_clause(at)
                return
            if token in words.negators and not has_subject:
                following = tokens[at + 1 : at + 2]
                is_copula = at > self.last
                if is_copula or (following and following[0] in words.raising):
                    self._deny(at)
                return
            if token not in words.transparent:
                return

    def _deny(self, at: int) -> None:
        tokens, words = self.speech.tokens, self.words
        beside = tokens[max(0, at - 1) : at + 2]
        is_answer = beside[-1] in words.openers or beside.count(tokens[at]) > 1
        if tokens[at] in words.noun_negators and is_answer:
            return  # "No I want to", "no no": no noun follows that it could deny.
        self.unclear |= self.first - at > REACH or self.speech.is_unsure(at)
        if tokens[at] in words.negators or tokens[at] in words.noun_negators:
            # "No, no quiero" may be written without its comma.
            self.count += tokens[at + 1 : at + 2] != tokens[at : at + 1]
        else:
            self.has_negative_word = True


@dataclass(slots=True)
class _Walk:
    """Where a walk back from a match is: in its clause, or outside, before the clause's first word.

    Outside, only a verb that passes its negation on leads into the clause before; until then a
    negation counts if nothing but clitics and auxiliaries stands between.
    """

    words: ClauseWords
    is_outside: bool = False

    def pass_opener(self, token: str) -> None:
        """Leave the clause if the token begins one."""
        if token in self.words.openers:
            self.is_outside = True

    def goes_on(self, token: str) -> bool:
        """Take a step over a word that denies nothing; False if no negation before it counts."""
        words = self.words
        if token in words.raising:
            self.is_outside = False
            return True
        is_known = token in words.complementizers or token in words.transparent
        if self.is_outside and not is_known:
            return False
        self.is_outside |= token in words.complementizers
        self.pass_opener(token)
        return True


def idle_tokens(tokens: Sequence[str], low: int, high: int, words: ClauseWords) -> frozenset[int]:
    """Tokens of phrases that hold a negation and deny nothing."""
    found: set[int] = set()
    for at in range(low, min(high, len(tokens))):
        for phrase in words.idle.get(tokens[at], ()):
            if tuple(tokens[at : at + len(phrase)]) == phrase:
                found.update(range(at, at + len(phrase)))
                break
    return frozenset(found)
