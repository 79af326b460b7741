"""What a customer says of how content they are: phrases of a language pack, as they are meant.

Only words count, never a voice. A phrase of satisfaction that is denied counts as dissatisfaction;
a denied phrase of dissatisfaction, and one of which it is unclear whether it is denied, count as
nothing.
"""

from __future__ import annotations

from functools import cache
from typing import TYPE_CHECKING, NamedTuple

from models.language.pack import load_sentiment_phrases
from qa_rules.matching.engine_words import engine_words
from qa_rules.matching.polarity.clause import Sense, Speech, sense_of
from qa_rules.matching.polarity.match_filter import with_clause_ends
from qa_rules.phrase_search.tokens import tokenize

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence

    from qa_rules.matching.polarity.clause import ClauseWords


class Expression(NamedTuple):
    """A phrase by which a speaker says how content they are.

    Attributes:
        phrase: The phrase as the language pack has it.
        is_positive: Whether it says that they are content, as it is meant.
        at_ratio: Where it is in the text, 0..1.
    """

    phrase: str
    is_positive: bool
    at_ratio: float


class _Listed(NamedTuple):
    tokens: tuple[str, ...]
    phrase: str
    is_positive: bool


def expressions(text: str, language: str) -> list[Expression]:
    """The expressions of a text, in order; the longest phrase at each place.

    Args:
        text: What one speaker says, with its punctuation.
        language: ISO 639-1 code; without phrases in its pack nothing is found.
    """
    return list(_expressions(text, language))


@cache
def phrase_pattern(language: str) -> str:
    """A regular expression that every lower-case text without accents matches that has a phrase."""
    listed = (one.tokens for phrases in _listed(language).values() for one in phrases)
    return "|".join(sorted(r"\W+".join(tokens) for tokens in listed))


def _expressions(text: str, language: str) -> Iterator[Expression]:
    listed = _listed(language)
    tokens, ends = with_clause_ends(text.split())
    speech = Speech(tokens, ends.__contains__, lambda _: False)
    at = 0
    while at < len(tokens):
        found = _longest(listed.get(tokens[at], ()), tokens, at, ends)
        if found is None:
            at += 1
            continue
        last = at + len(found.tokens)
        sense = sense_of([[(at, last)]], speech, _clause_words(language))
        is_denied = sense is Sense.DENIED
        if sense is not Sense.UNCLEAR and (found.is_positive or not is_denied):
            yield Expression(found.phrase, found.is_positive and not is_denied, at / len(tokens))
        at = last


def _longest(
    phrases: Sequence[_Listed], tokens: Sequence[str], at: int, ends: set[int]
) -> _Listed | None:
    """The longest phrase that is said there without a pause of punctuation inside."""
    for one in phrases:
        last = at + len(one.tokens)
        is_said = tuple(tokens[at:last]) == one.tokens
        if is_said and ends.isdisjoint(range(at, last - 1)):
            return one
    return None


@cache
def _clause_words(language: str) -> ClauseWords:
    return engine_words(language).clauses


@cache
def _listed(language: str) -> dict[str, tuple[_Listed, ...]]:
    """The phrases of a language by their first token, the longest first."""
    pack = load_sentiment_phrases(language)
    by_first: dict[str, list[_Listed]] = {}
    for phrases, is_positive in ((pack.satisfied, True), (pack.dissatisfied, False)):
        for phrase in phrases:
            tokens = tokenize(phrase)
            by_first.setdefault(tokens[0], []).append(_Listed(tokens, phrase, is_positive))
    return {
        first: tuple(sorted(listed, key=lambda one: -len(one.tokens)))
        for first, listed in by_first.items()
    }
