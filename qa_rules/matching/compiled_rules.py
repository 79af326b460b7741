"""The compiled rules of a rule book, made once per language."""

from __future__ import annotations

from functools import lru_cache
from typing import TYPE_CHECKING

from qa_rules.matching.compiler import compile_rules
from qa_rules.matching.engine_words import engine_words

if TYPE_CHECKING:
    from qa_rules.matching.compiler import CompiledRules
    from qa_rules.rule_files.rulebook import RuleBook


@lru_cache(maxsize=32)
def compiled_rules(rulebook: RuleBook, language: str) -> CompiledRules:
    """All rules of a rule book, ready to judge calls in a language."""
    words = engine_words(language)
    return compile_rules(rulebook.rules, language, rulebook.centre, words)
