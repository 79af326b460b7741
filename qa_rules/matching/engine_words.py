"""Words of a language that mean something to the engine itself, as tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from models.language.pack import load_engine_vocabulary, load_spoken_language, spoken_languages
from qa_rules.matching.polarity.clause import ClauseWords
from qa_rules.phrase_search.other_words import OtherWords
from qa_rules.phrase_search.tokens import tokenize, unaccented

if TYPE_CHECKING:
    from collections.abc import Sequence

    from models.language.engine_vocabulary import ClauseVocabulary


class EngineWords(NamedTuple):
    """Tokens, as words are compared."""

    negations: frozenset[str]
    positive: frozenset[str] = frozenset()
    negative: frozenset[str] = frozenset()
    currencies: frozenset[str] = frozenset()
    clauses: ClauseWords = ClauseWords()
    other_words: OtherWords | None = None


def engine_words(language: str) -> EngineWords:
    """The words of a language pack; a language without any has no negations and no tone."""
    vocabulary = load_engine_vocabulary(language)
    return EngineWords(
        negations=_tokens(vocabulary.negations),
        positive=_tokens(vocabulary.positive),
        negative=_tokens(vocabulary.negative),
        currencies=_tokens(vocabulary.currencies),
        clauses=_clause_words(vocabulary.polarity),
        other_words=OtherWords(
            language,
            _tokens(vocabulary.function_words),
            vocabulary.sounds,
            _numbers(language),
        ),
    )


def _clause_words(polarity: ClauseVocabulary) -> ClauseWords:
    idle: dict[str, list[tuple[str, ...]]] = {}
    for phrase in sorted(map(tokenize, polarity.idle), key=len, reverse=True):
        idle.setdefault(phrase[0], []).append(phrase)
    return ClauseWords(
        negators=_tokens(polarity.negators),
        noun_negators=_tokens(polarity.noun_negators),
        negative_words=_tokens(polarity.negative_words),
        trailing=_tokens(polarity.trailing),
        borders=_tokens(polarity.borders) | _tokens(polarity.releasing),
        openers=_tokens(polarity.openers),
        complementizers=_tokens(polarity.complementizers),
        raising=_tokens(polarity.raising),
        transparent=_tokens(polarity.transparent),
        idle={first: tuple(phrases) for first, phrases in idle.items()},
    )


def _numbers(language: str) -> dict[str, int]:
    if language not in spoken_languages():
        return {}
    spoken = load_spoken_language(language).numbers
    return {unaccented(word.casefold()): value for word, value in spoken.items()}


def _tokens(words: Sequence[str]) -> frozenset[str]:
    return frozenset(token for word in words for token in tokenize(word))
