"""What is particular to one contact centre, and to a language: data that rules refer to."""

from __future__ import annotations

import re
from itertools import product
from pathlib import Path
from typing import Annotated, NamedTuple

from pydantic import Field

from qa_rules.phrase_search.tokens import tokenize
from qa_rules.rule_files.operators import Phrases
from qa_rules.strict_yaml import StrictRecord, read_record

CENTRE_NAME = "centre.yaml"
LANGUAGES = Path(__file__).parents[1] / "languages"
_VARIABLE = re.compile(r"\{(\w+)\}")

LanguageCode = Annotated[str, Field(pattern="^[a-z]{2}$")]


class Centre(StrictRecord):
    """The languages a contact centre speaks and its own names, with their variants."""

    languages: Annotated[tuple[LanguageCode, ...], Field(min_length=1)] = ("en",)
    variables: dict[str, Phrases] = Field(default_factory=dict)

    def expand(self, text: str) -> tuple[str, ...]:
        """Every reading of a phrase with its `{variables}` filled in.

        Raises:
            KeyError: A variable that the centre does not define.
        """
        # The pattern has one group, so every second part is a variable's name.
        parts = _VARIABLE.split(text)
        choices = [self.variables[part] if at % 2 else (part,) for at, part in enumerate(parts)]
        return tuple("".join(reading) for reading in product(*choices))


def is_variable(text: str) -> bool:
    """Whether a phrase is nothing but one of the centre's names."""
    return _VARIABLE.fullmatch(text.strip()) is not None


class Language(StrictRecord):
    """What the engine must know of a language; a file makes a new one."""

    name: str
    negations: tuple[str, ...] = ()
    positive: tuple[str, ...] = ()
    negative: tuple[str, ...] = ()
    currencies: tuple[str, ...] = ()

    def lexicon(self) -> EngineWords:
        """The same as tokens, as words are compared."""
        return EngineWords(
            negations=_tokens(self.negations),
            positive=_tokens(self.positive),
            negative=_tokens(self.negative),
            currencies=_tokens(self.currencies),
        )


class EngineWords(NamedTuple):
    """Tokens of a language that mean something to the engine itself."""

    negations: frozenset[str]
    positive: frozenset[str] = frozenset()
    negative: frozenset[str] = frozenset()
    currencies: frozenset[str] = frozenset()


def _tokens(words: tuple[str, ...]) -> frozenset[str]:
    return frozenset(token for word in words for token in tokenize(word))


def load_centre(folder: Path) -> Centre:
    """Read the centre file of a rules folder; without one, an English centre with no names."""
    path = folder / CENTRE_NAME
    return read_record(path, Centre) if path.exists() else Centre()


def load_engine_language(code: str) -> Language:
    """Read what is known of a language; one without a file has no negations."""
    path = LANGUAGES / f"{code}.yaml"
    return read_record(path, Language) if path.exists() else Language(name=code)
