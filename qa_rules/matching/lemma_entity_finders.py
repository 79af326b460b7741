"""Finders of dictionary forms and entities, which depend on the language."""

from __future__ import annotations

from dataclasses import dataclass
from typing import TYPE_CHECKING

from models.language.lemmas import lemma
from models.language.spoken.atoms import NumberPart
from models.language.spoken.lexicon import load_lexicon
from qa_rules.phrase_search.phrase import Match, apart
from qa_rules.phrase_search.tokens import tokenize
from qa_rules.rule_files.operators import EntityType

if TYPE_CHECKING:
    from qa_rules.matching.call_index import CallIndex

_CURRENCY_SIGNS = ("€", "$", "£")
_NUMBER_PARTS = frozenset({NumberPart.VALUE, NumberPart.HUNDRED, NumberPart.THOUSAND})


@dataclass(frozen=True, slots=True)
class LemmaFinder:
    """Any of several rows of dictionary forms, however the words are inflected."""

    rows: tuple[tuple[str, ...], ...]

    def may_find(self, call_index: CallIndex) -> bool:
        """See `Finder`."""
        return not call_index.silent

    def find(self, call_index: CallIndex, stream: int, first: int, last: int) -> list[Match]:
        """See `Finder`."""
        said = [
            _lemma(call_index.word(stream, at), call_index.transcript.language)
            for at in range(first, last)
        ]
        return apart(
            Match(first + at, first + at + len(row), 1.0)
            for row in self.rows
            for at in range(len(said) - len(row) + 1)
            if tuple(said[at : at + len(row)]) == row
        )


def lemmas(text: str, language: str) -> tuple[str, ...]:
    """Dictionary forms of an author's words."""
    return tuple(_lemma(word, language) for word in text.split())


def _lemma(word: str, language: str) -> str:
    """Dictionary form as words are compared; a word of several tokens stays as it is."""
    tokens = tokenize(word)
    if len(tokens) != 1:
        return " ".join(tokens)
    return " ".join(tokenize(lemma(word.strip(".,;:!?¿¡\"'").lower(), language)))


@dataclass(frozen=True, slots=True)
class EntityFinder:
    """Names and addresses, which are masked by now, and numbers and amounts of money."""

    types: frozenset[EntityType]
    currencies: frozenset[str]

    def may_find(self, call_index: CallIndex) -> bool:
        """See `Finder`."""
        return not call_index.silent

    def find(self, call_index: CallIndex, stream: int, first: int, last: int) -> list[Match]:
        """See `Finder`."""
        return [
            Match(at, at + 1, 1.0)
            for at in range(first, last)
            if self._named(call_index, stream, at, last)
        ]

    def _named(self, call_index: CallIndex, stream: int, at: int, last: int) -> bool:
        word = call_index.word(stream, at)
        masked = (f"[{kind}]" for kind in self.types)
        if any(mask in word for mask in masked):
            return True
        if not _is_number(word, call_index.transcript.language):
            return False
        if EntityType.NUMBER in self.types:
            return True
        following = call_index.streams[stream].tokens[at + 1 : min(last, at + 2)]
        is_money = word.startswith(_CURRENCY_SIGNS) or word.rstrip(".,?!").endswith(_CURRENCY_SIGNS)
        return EntityType.MONEY in self.types and (
            is_money or not self.currencies.isdisjoint(following)
        )


def _is_number(word: str, language: str) -> bool:
    if any(char.isdigit() for char in word):
        return True
    _, atoms = load_lexicon(language).look_up(word)
    return any(atom.certain and atom.kind in _NUMBER_PARTS for atom in atoms)
