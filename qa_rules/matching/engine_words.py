"""Words of a language that mean something to the engine itself, as tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from models.language.pack import load_engine_vocabulary, load_spoken_language, spoken_languages
from qa_rules.phrase_search.other_words import OtherWords
from qa_rules.phrase_search.tokens import tokenize, unaccented

if TYPE_CHECKING:
    from collections.abc import Sequence


class EngineWords(NamedTuple):
    """Tokens, as words are compared."""

    negations: frozenset[str]
    positive: frozenset[str] = frozenset()
    negative: frozenset[str] = frozenset()
    currencies: frozenset[str] = frozenset()
    other_words: OtherWords | None = None


def engine_words(language: str) -> EngineWords:
    """The words of a language pack; a language without any has no negations and no tone."""
    vocabulary = load_engine_vocabulary(language)
    return EngineWords(
        negations=_tokens(vocabulary.negations),
        positive=_tokens(vocabulary.positive),
        negative=_tokens(vocabulary.negative),
        currencies=_tokens(vocabulary.currencies),
        other_words=OtherWords(
            language,
            _tokens(vocabulary.function_words),
            vocabulary.sounds,
            _numbers(language),
        ),
    )


def _numbers(language: str) -> dict[str, int]:
    if language not in spoken_languages():
        return {}
    spoken = load_spoken_language(language).numbers
    return {unaccented(word.casefold()): value for word, value in spoken.items()}


def _tokens(words: Sequence[str]) -> frozenset[str]:
    return frozenset(token for word in words for token in tokenize(word))
