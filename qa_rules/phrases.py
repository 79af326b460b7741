"""Find many phrases in recognised speech at once, however recognition bent them.

All phrases of a language share one index: a text token leads, by its spelling, to the few
phrases that it can be part of, and only those are compared. So the cost of a call follows
its words and what is nearly said in them, not the number of rules.
"""

from __future__ import annotations

from collections import defaultdict
from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from rapidfuzz import fuzz, process

from qa_rules.rulefile import Strictness
from qa_rules.similarity import letter_similarity, word_similarity
from qa_rules.tokens import PAUSE, REDACTED

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

THRESHOLDS = {Strictness.EXACT: 1.0, Strictness.NORMAL: 0.85, Strictness.LOOSE: 0.77}
"""Least similarity (the mean over letters and words) for a phrase to count as said."""
NAME_THRESHOLD = 0.7
"""Least similarity of letters alone for a name: recognition makes other words of it."""
NAME_LETTERS = 10
"""Shorter names resemble too many words for that; they are looked for like phrases."""
ANCHORS = 2
"""Tokens of a phrase of which at least one must be recognisable: its longest."""
SECOND_ANCHOR_LENGTH = 6
"""Shorter second tokens, such as `your`, are in too many phrases to lead anywhere."""
TOKEN_CUTOFF = 65
"""How alike (0..100) a text token must be to an anchor to start a comparison."""
FUZZY_LENGTH = 5
"""Shorter tokens resemble too many others: they are anchors only if equal."""
SPARE_PER_TOKENS = 5
"""One word may be added or lost for each so many words of a phrase, and one in any case."""
SPARE_WORDS_FROM = 4
"""Shorter phrases may not lose a word, only have two written as one."""
JOINED = 0.9
"""Letters that agree this well say that words were joined, not lost."""
HINT_MARGIN = 0.05
"""Letters this far below the threshold cannot be made up for by words."""
NAME_HINT_MARGIN = 0.15
"""Letters of a name are first looked for in a stretch of its own length, and names get longer."""
CACHED_TOKENS = 200_000


@dataclass(frozen=True, slots=True)
class Phrase:
    """What is looked for.

    Attributes:
        joined: All letters, without borders between words.
        by_letters: Whether letters alone decide, as for long names.
        threshold: Least similarity to count as said.
        hint: Least likeness (0..100) of the letters around a token to compare the words.
        spare: Words that may be added or lost.
    """

    tokens: tuple[str, ...]
    strictness: Strictness
    joined: str = field(init=False, compare=False)
    by_letters: bool = field(init=False, compare=False)
    threshold: float = field(init=False, compare=False)
    hint: float = field(init=False, compare=False)
    spare: int = field(init=False, compare=False)

    def __post_init__(self) -> None:
        joined = "".join(self.tokens)
        by_letters = self.strictness is Strictness.NAME and len(joined) >= NAME_LETTERS
        usual = THRESHOLDS.get(self.strictness, THRESHOLDS[Strictness.NORMAL])
        object.__setattr__(self, "joined", joined)
        object.__setattr__(self, "by_letters", by_letters)
        threshold = NAME_THRESHOLD if by_letters else usual
        margin = NAME_HINT_MARGIN if by_letters else HINT_MARGIN
        object.__setattr__(self, "threshold", threshold)
        object.__setattr__(self, "hint", 100 * (threshold - margin))
        object.__setattr__(self, "spare", max(1, len(self.tokens) // SPARE_PER_TOKENS))


@dataclass(frozen=True, slots=True)
class Match:
    """Where something was found in a stream: tokens `first` to before `last`."""

    first: int
    last: int
    similarity: float


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
        return _closest(phrase, _stretches(phrase, tokens, start, borders), self._negations)


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


def _stretches(
    phrase: Phrase, tokens: Sequence[str], start: int, borders: tuple[int, int]
) -> list[tuple[float, int, Sequence[str]]]:
    """What may be the phrase around `start`: likeness of letters, first token and tokens."""
    length, spare = len(phrase.tokens), phrase.spare
    least = phrase.hint / 100
    stretches = []
    for first in range(max(borders[0], start - spare), min(borders[1], start + spare + 1)):
        for last in range(max(first + 1, first + length - spare), first + length + spare + 1):
            stretch = tokens[first:last]
            if last > borders[1] or PAUSE in stretch:
                break
            letters = letter_similarity(phrase.joined, stretch)
            if letters >= least:
                stretches.append((letters, first, stretch))
    return sorted(stretches, key=lambda item: (-item[0], item[1]))


def _closest(
    phrase: Phrase,
    stretches: Sequence[tuple[float, int, Sequence[str]]],
    negations: frozenset[str],
) -> Match | None:
    """The most similar of the stretches, which come with the likeliest first.

    A negation too much or too few turns the meaning round, so both must hold the same.
    """
    denied = negations.intersection(phrase.tokens)
    best: Match | None = None
    for letters, first, stretch in stretches:
        # The similarity is at most the mean of the letters' and one.
        if best and (letters if phrase.by_letters else (letters + 1) / 2) <= best.similarity:
            break
        if letters < 1 and negations.intersection(stretch) != denied:
            continue
        similarity = _similarity(phrase, letters, stretch)
        if similarity >= phrase.threshold and (best is None or similarity > best.similarity):
            best = Match(first, first + len(stretch), similarity)
    return best


def _similarity(phrase: Phrase, letters: float, stretch: Sequence[str]) -> float:
    """How much of the phrase is in a stretch."""
    length = len(phrase.tokens)
    if phrase.by_letters:
        return letters
    if len(stretch) < length < SPARE_WORDS_FROM and letters < JOINED:
        return 0.0
    return (letters + word_similarity(phrase.tokens, stretch)) / 2


def closest(phrase: Phrase, tokens: Sequence[str], first: int, last: int) -> Match | None:
    """The stretch of tokens most like a phrase, however unlike; slow, to explain with."""
    stretches = {
        (start, end): tokens[start:end]
        for start in range(first, last)
        for end in range(start + 1, min(last, start + len(phrase.tokens) + phrase.spare) + 1)
        if PAUSE not in tokens[start:end]
    }
    scored = [
        Match(*place, _similarity(phrase, letter_similarity(phrase.joined, stretch), stretch))
        for place, stretch in stretches.items()
    ]
    return max(scored, key=lambda match: (match.similarity, -match.first), default=None)


def apart(matches: Iterable[Match]) -> list[Match]:
    """Of matches that overlap, the best; in order."""
    matches = list(matches)
    if len(matches) < 2:  # noqa: PLR2004  the usual case, and the quick one
        return matches
    kept: list[Match] = []
    for match in sorted(matches, key=lambda match: (-match.similarity, match.first)):
        if all(match.last <= other.first or match.first >= other.last for other in kept):
            kept.append(match)
    return sorted(kept, key=lambda match: match.first)
