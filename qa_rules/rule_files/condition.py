"""Conditions of rule files: one operator with scope, count and exclusions."""

from __future__ import annotations

from typing import Annotated, Self

from pydantic import BeforeValidator, ConfigDict, Field, model_validator

from qa_rules.phrase_search.strictness import Strictness
from qa_rules.rule_files.operators import (
    Bounds,
    Choice,
    Close,
    EntityType,
    Metadata,
    MetricRange,
    Near,
    Phrases,
    Pii,
    Polarity,
    RuleId,
    Similar,
    Speaker,
    ToneShare,
    Within,
    as_list,
)
from qa_rules.strict_yaml import StrictRecord

OPERATORS = (
    "phrases",
    "near",
    "regex",
    "lemma",
    "entity",
    "similar",
    "pii",
    "tone",
    "metric",
    "metadata",
    "all",
    "any",
    "none",
)
WORD_OPERATORS = frozenset({"phrases", "near", "regex", "lemma", "entity"})
POLAR_OPERATORS = frozenset({"phrases", "near", "regex", "lemma", "similar", "all", "any", "none"})
"""Operators that a negation reverses, and groups of conditions with such operators."""
PHRASE_OPERATORS = frozenset({"phrases", "near", "all", "any", "none"})
"""Operators that consist of phrases, or of conditions that may."""
EXCLUDING_OPERATORS = WORD_OPERATORS | {"all", "any", "none"}
"""Operators that look for words, and groups of conditions that may."""
LANGUAGE_OPERATORS = WORD_OPERATORS - {"entity"} | {"similar"}
"""Operators that need wording in every language."""


Conditions = Annotated[
    "tuple[Condition, ...]",
    BeforeValidator(as_list, json_schema_input_type="Condition | tuple[Condition, ...]"),
    Field(min_length=1),
]


class Condition(StrictRecord):
    """One operator, with its scope and count; groups contain further conditions."""

    model_config = ConfigDict(
        json_schema_extra={"oneOf": [{"required": [name]} for name in OPERATORS]}
    )

    phrases: Phrases | None = None
    near: Near | None = None
    regex: Phrases | None = None
    lemma: Phrases | None = None
    entity: (
        Annotated[
            tuple[Annotated[EntityType, Choice], ...],
            BeforeValidator(as_list, json_schema_input_type=EntityType | tuple[EntityType, ...]),
            Field(min_length=1),
        ]
        | None
    ) = None
    similar: Similar | None = None
    pii: Pii | None = None
    tone: ToneShare | None = None
    metric: MetricRange | None = None
    metadata: Metadata | None = None
    all: Conditions | None = None
    any: Conditions | None = None
    none: Conditions | None = None
    strictness: Annotated[Strictness, Choice] | None = None
    polarity: Annotated[Polarity, Choice] | None = None
    speaker: Annotated[Speaker, Choice] | None = None
    within: Within | None = None
    before: RuleId | None = None
    after: RuleId | None = None
    within_s_of: Close | None = None
    not_in: Phrases | None = None
    count: Bounds | None = None

    @model_validator(mode="after")
    def _one_operator(self) -> Self:
        given = self.model_fields_set & set(OPERATORS)
        if len(given) != 1:
            raise ValueError(f"exactly one of {', '.join(OPERATORS)}")
        if self.count and self.operator not in WORD_OPERATORS:
            raise ValueError(f"`count` only with {', '.join(sorted(WORD_OPERATORS))}")
        if self.not_in and self.operator not in EXCLUDING_OPERATORS:
            raise ValueError(f"`not_in` only with {', '.join(sorted(EXCLUDING_OPERATORS))}")
        if self.strictness and self.operator not in PHRASE_OPERATORS:
            raise ValueError(f"`strictness` only with {', '.join(sorted(PHRASE_OPERATORS))}")
        if self.polarity and self.operator not in POLAR_OPERATORS:
            raise ValueError(f"`polarity` only with {', '.join(sorted(POLAR_OPERATORS))}")
        return self

    @property
    def operator(self) -> str:
        """The key of the operator."""
        return next(name for name in OPERATORS if name in self.model_fields_set)

    @property
    def parts(self) -> tuple[Condition, ...]:
        """The conditions of a group; empty for everything else."""
        return self.all or self.any or self.none or ()

    @property
    def has_words(self) -> bool:
        """Whether it searches words, and so needs wording in every language."""
        return self.operator in LANGUAGE_OPERATORS or any(part.has_words for part in self.parts)

    @property
    def has_meaning(self) -> bool:
        """Whether it compares meanings, which takes much longer than a search for words."""
        return self.operator == "similar" or any(part.has_meaning for part in self.parts)

    def rule_references(self) -> frozenset[str]:
        """Ids of the rules whose matches limit the search."""
        close = self.within_s_of.rule if self.within_s_of else None
        own = frozenset(filter(None, (self.before, self.after, close)))
        return own.union(*(part.rule_references() for part in self.parts))
