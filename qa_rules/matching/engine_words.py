"""Words of a language that mean something to the engine itself, as tokens."""

from __future__ import annotations

from typing import TYPE_CHECKING, NamedTuple

from models.language.pack import load_engine_vocabulary
from qa_rules.phrase_search.tokens import tokenize

if TYPE_CHECKING:
    from collections.abc import Sequence


class EngineWords(NamedTuple):
    """Tokens, as words are compared."""

    negations: frozenset[str]
    positive: frozenset[str] = frozenset()
    negative: frozenset[str] = frozenset()
    currencies: frozenset[str] = frozenset()


def engine_words(language: str) -> EngineWords:
    """The words of a language pack; a language without any has no negations and no tone."""
    vocabulary = load_engine_vocabulary(language)
    return EngineWords(
        negations=_tokens(vocabulary.negations),
        positive=_tokens(vocabulary.positive),
        negative=_tokens(vocabulary.negative),
        currencies=_tokens(vocabulary.currencies),
    )


def _tokens(words: Sequence[str]) -> frozenset[str]:
    return frozenset(token for word in words for token in tokenize(word))
