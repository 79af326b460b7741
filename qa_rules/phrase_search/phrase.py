"""Phrases, and their similarity to sequences of recognised words."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
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
    from collections.abc import Callable, Iterable, Sequence

    Doubts = Callable[["Match"], bool | None]
    """Whether a likely match is as likely to be something else; None if it certainly is."""

THRESHOLDS = {Strictness.EXACT: 1.0, Strictness.NORMAL: 0.88, Strictness.LOOSE: 0.8}
"""Similarity threshold (mean over letters and words) for a phrase to count as said.

On the recognised words of the invented night, 0.85, 0.88 and 0.90 find 92.2, 91.9 and 91.7 % of
the phrases that were spoken there (mostly names and figures are missing), and report 117, 66 and
44 that were not spoken literally; below 0.88 some of those have another meaning.
"""
NAME_THRESHOLD = 0.7
"""Similarity threshold of letters alone for names, which are often recognised as other words."""
NAME_LETTERS = 10
"""Shorter names resemble too many words for that, and are matched like other phrases."""
SPARE_PER_TOKENS = 5
"""One word may be added or lost per this many words of a phrase, and at least one."""
SPARE_WORDS_FROM = 4
"""Shorter phrases may not lose a word; two words may only be joined."""
LOST_SHARE = 1 / 3
"""Largest weight of a lost word, as a share of its phrase."""
NAME_WORDS = 0.55
"""Least share of matching words in a name of several words; below it, letters match by chance.

On the invented night it keeps all of 34 mishearings of a name of two words. Of 38 places in 28,000
other words whose letters are similar to one of 30 invented names, 26 remain.
"""
LONG_NAME = 4
"""For names of this many words, the first half is enough: the rest is often dropped."""
JOINED = 0.9
"""Letter similarity from which words count as joined rather than lost."""
HINT_MARGIN = 0.05
"""Words cannot compensate for letters this far below the threshold."""
NAME_HINT_MARGIN = 0.15
"""Letters of a name are first compared at its own length, though it may be recognised longer."""


@dataclass(frozen=True, slots=True)
class Phrase:
    """A phrase to search for.

    Attributes:
        slack: Amount by which the usual threshold is lowered.
        names: Tokens of the centre's own names; recognition does not know them and distorts them.
        joined: All letters, without word boundaries.
        by_letters: Whether letters alone decide, as for long names.
        threshold: Least similarity to count as said.
        hint: Least similarity (0..100) of the letters around a token for a full comparison.
        letters_needed: Number of letters, in order, that any match has in common with the phrase.
        spare: Number of words that may be added or lost.
    """

    tokens: tuple[str, ...]
    strictness: Strictness
    slack: float = 0.0
    names: frozenset[str] = frozenset()
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
        # The ratio is twice the common letters by the letters of both, and at most those of either.
        object.__setattr__(self, "letters_needed", len(joined) * least / (2 - least))
        object.__setattr__(self, "spare", max(1, len(self.tokens) // SPARE_PER_TOKENS))


def short_form(phrase: Phrase) -> Phrase | None:
    """The short form of a long name, such as "Harper Valley" of "Harper Valley National Bank"."""
    half = phrase.tokens[: (len(phrase.tokens) + 1) // 2]
    if phrase.strictness is not Strictness.NAME or len(phrase.tokens) < LONG_NAME:
        return None
    short = Phrase(half, Strictness.NAME, phrase.slack)
    return short if short.by_letters else None


@dataclass(frozen=True, slots=True)
class Match:
    """A match in a stream: tokens `first` to before `last`.

    Attributes:
        similarity: To the phrase, 0..1.
        doubtful: Whether other words are as likely there.
    """

    first: int
    last: int
    similarity: float
    doubtful: bool = False


def stretches_around(
    phrase: Phrase, tokens: Sequence[str], start: int, borders: tuple[int, int]
) -> list[tuple[float, int, Sequence[str]]]:
    """Candidates around `start`: similarity of letters, first token and tokens."""
    length, spare, joined = len(phrase.tokens), phrase.spare, phrase.joined
    low = max(borders[0], start - spare)
    around = tokens[low : min(borders[1], start + length + 2 * spare)]
    shared = shared_letters(joined, around)
    if shared < phrase.letters_needed:
        return []
    # Longer candidates have too many letters that are not shared.
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
    """A literal match of the phrase, except for one lost word between the first and the last.

    Recognition and speakers drop words. The rest must be most of the phrase, and the lost word must
    not be a negation.
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
    doubts: Doubts,
) -> Match | None:
    """The best of the candidates, which are ordered by similarity of letters.

    An added or missing negation reverses the meaning, so both must have the same negations.
    """
    denied = negations.intersection(phrase.tokens)
    best: Match | None = None
    for letters, first, stretch in stretches:
        # The similarity is at most the mean of the letters' similarity and 1.
        if best and (letters if phrase.by_letters else (letters + 1) / 2) <= best.similarity:
            break
        if letters < 1 and negations.intersection(stretch) != denied:
            continue
        similarity = _similarity(phrase, letters, stretch)
        if similarity >= phrase.threshold and (best is None or similarity > best.similarity):
            match = Match(first, first + len(stretch), similarity)
            unsure = doubts(match)
            if unsure is not None:
                best = replace(match, doubtful=unsure)
    return best


def _similarity(phrase: Phrase, letters: float, stretch: Sequence[str]) -> float:
    """Similarity of the phrase and a sequence of tokens."""
    length = len(phrase.tokens)
    if phrase.by_letters:
        words = word_similarity(phrase.tokens, stretch)
        return letters if length == 1 or words >= NAME_WORDS else min(letters, words)
    if len(stretch) < length < SPARE_WORDS_FROM and letters < JOINED:
        return 0.0
    return (letters + word_similarity(phrase.tokens, stretch)) / 2


def closest(phrase: Phrase, tokens: Sequence[str], first: int, last: int) -> Match | None:
    """The tokens most similar to a phrase, at any similarity; slow, for explanations."""
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
    """The best of each group of overlapping matches, in order."""
    matches = list(matches)
    if len(matches) < 2:  # noqa: PLR2004  fast path for the usual case
        return matches
    kept: list[Match] = []
    for match in sorted(matches, key=lambda match: (-match.similarity, match.first)):
        if all(match.last <= other.first or match.first >= other.last for other in kept):
            kept.append(match)
    return sorted(kept, key=lambda match: match.first)
