"""A phrase, and how much of it is in a stretch of recognised words."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from qa_rules.phrase_search.similarity import (
    letter_similarity,
    shared_letters,
    weight,
    word_similarity,
)
from qa_rules.phrase_search.strictness import Strictness
from qa_rules.phrase_search.tokens import PAUSE

if TYPE_CHECKING:
    from collections.abc import Iterable, Sequence

THRESHOLDS = {Strictness.EXACT: 1.0, Strictness.NORMAL: 0.88, Strictness.LOOSE: 0.8}
"""Least similarity (the mean over letters and words) for a phrase to count as said.

On the recognised words of the invented night, 0.85, 0.88 and 0.90 find 92.2, 91.9 and 91.7 % of
the phrases that were spoken there (what is missing are mostly names and figures), and hear 117,
66 and 44 that were not spoken word for word; below 0.88 some of those mean something else.
"""
NAME_THRESHOLD = 0.7
"""Least similarity of letters alone for a name: recognition makes other words of it."""
NAME_LETTERS = 10
"""Shorter names resemble too many words for that; they are looked for like phrases."""
SPARE_PER_TOKENS = 5
"""One word may be added or lost for each so many words of a phrase, and one in any case."""
SPARE_WORDS_FROM = 4
"""Shorter phrases may not lose a word, only have two written as one."""
LOST_SHARE = 1 / 3
"""A word that is lost weighs no more of its phrase than this."""
NAME_WORDS = 0.55
"""Letters of a name of several words agree by chance if fewer of its words than this do.

On the invented night this costs none of 34 mishearings of a name of two words. Of 38 places in
28,000 other words that are like one of 30 invented names by their letters, 26 are left.
"""
LONG_NAME = 4
"""Of a name of so many words, its first half is enough: people and recognition drop the rest."""
JOINED = 0.9
"""Letters that agree this well say that words were joined, not lost."""
HINT_MARGIN = 0.05
"""Letters this far below the threshold cannot be made up for by words."""
NAME_HINT_MARGIN = 0.15
"""Letters of a name are first looked for in a stretch of its own length, and names get longer."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """What is looked for.

    Attributes:
        slack: How much less alike than usual it may be and still be reported.
        joined: All letters, without borders between words.
        by_letters: Whether letters alone decide, as for long names.
        threshold: Least similarity to count as said.
        hint: Least likeness (0..100) of the letters around a token to compare the words.
        letters_needed: Letters that any stretch so alike has in common with the phrase, in order.
        spare: Words that may be added or lost.
    """

    tokens: tuple[str, ...]
    strictness: Strictness
    slack: float = 0.0
    joined: str = field(init=False, compare=False)
    by_letters: bool = field(init=False, compare=False)
    threshold: float = field(init=False, compare=False)
    hint: float = field(init=False, compare=False)
    letters_needed: float = field(init=False, compare=False)
    spare: int = field(init=False, compare=False)

    def __post_init__(self) -> None:
        joined = "".join(self.tokens)
        by_letters = self.strictness is Strictness.NAME and len(joined) >= NAME_LETTERS
        usual = THRESHOLDS.get(self.strictness, THRESHOLDS[Strictness.NORMAL])
        object.__setattr__(self, "joined", joined)
        object.__setattr__(self, "by_letters", by_letters)
        threshold = NAME_THRESHOLD if by_letters else usual - self.slack
        margin = NAME_HINT_MARGIN if by_letters else HINT_MARGIN
        object.__setattr__(self, "threshold", threshold)
        least = threshold - margin
        object.__setattr__(self, "hint", 100 * least)
        # Letters in common are twice their number by the letters of both, and no more than either.
        object.__setattr__(self, "letters_needed", len(joined) * least / (2 - least))
        object.__setattr__(self, "spare", max(1, len(self.tokens) // SPARE_PER_TOKENS))


def short_form(phrase: Phrase) -> Phrase | None:
    """What is left of a long name when it is cut short: "Harper Valley" of a national bank."""
    half = phrase.tokens[: (len(phrase.tokens) + 1) // 2]
    if phrase.strictness is not Strictness.NAME or len(phrase.tokens) < LONG_NAME:
        return None
    short = Phrase(half, Strictness.NAME, phrase.slack)
    return short if short.by_letters else None


@dataclass(frozen=True, slots=True)
class Match:
    """Where something was found in a stream: tokens `first` to before `last`."""

    first: int
    last: int
    similarity: float


def stretches_around(
    phrase: Phrase, tokens: Sequence[str], start: int, borders: tuple[int, int]
) -> list[tuple[float, int, Sequence[str]]]:
    """What may be the phrase around `start`: likeness of letters, first token and tokens."""
    length, spare, joined = len(phrase.tokens), phrase.spare, phrase.joined
    low = max(borders[0], start - spare)
    around = tokens[low : min(borders[1], start + length + 2 * spare)]
    shared = shared_letters(joined, around)
    if shared < phrase.letters_needed:
        return []
    # What is longer than this has too many letters that are not shared.
    longest = 200 * shared / phrase.hint - len(joined)
    stretches = []
    for first in range(min(len(around), start + spare + 1 - low)):
        for last in range(max(first + 1, first + length - spare), first + length + spare + 1):
            stretch = around[first:last]
            if last > len(around) or PAUSE in stretch:
                break
            said = "".join(stretch)
            if phrase.letters_needed <= len(said) <= longest:
                letters = letter_similarity(joined, said)
                if letters >= phrase.hint / 100:
                    stretches.append((letters, low + first, stretch))
    return sorted(stretches, key=lambda item: (-item[0], item[1]))


def with_one_lost(
    phrase: Phrase, tokens: Sequence[str], start: int, negations: frozenset[str]
) -> Match | None:
    """The phrase word for word, but for one that is lost between the first and the last.

    Recognition drops words, and people do. What is left must say most of the phrase; a lost
    negation turns it round.
    """
    length = len(phrase.tokens) - 1
    if length < SPARE_WORDS_FROM - 1 or phrase.strictness is Strictness.EXACT:
        return None
    for first in (start, start + 1):
        said = tuple(tokens[max(0, first) : first + length])
        kept = 0
        while kept < len(said) and said[kept] == phrase.tokens[kept]:
            kept += 1
        lost = phrase.tokens[kept]
        if (
            0 < kept < length
            and said[kept:] == phrase.tokens[kept + 1 :]
            and lost not in negations
            and weight((lost,)) <= LOST_SHARE * weight(phrase.tokens)
        ):
            return Match(first, first + length, phrase.threshold)
    return None


def best_of(
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
        words = word_similarity(phrase.tokens, stretch)
        return letters if length == 1 or words >= NAME_WORDS else min(letters, words)
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
        Match(
            *place, _similarity(phrase, letter_similarity(phrase.joined, "".join(stretch)), stretch)
        )
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
