"""Each rule recognises what people mean, in all languages alike, and not what they do not mean."""

from __future__ import annotations

from pathlib import Path

import pytest

from qa_rules.rule_files.rulebook import load_rulebook
from tests.qa_rules.meanings.table import LANGUAGES, missed, read_meanings
from tests.qa_rules.rule_folders import RULES

RULEBOOK = load_rulebook(RULES)
MEANINGS = read_meanings()
NEAR_MISSES = {
    rule: lines
    for path in sorted(Path(__file__).parent.glob("near_misses*.yaml"))
    for rule, lines in read_meanings(path).items()
}
LEAST_RATIO = 0.8
MOST_BEHIND = 2
"""Meanings that a language may recognise fewer than another."""


@pytest.mark.parametrize("rule", MEANINGS)
def test_every_language_recognises_the_same_meanings(rule: str) -> None:
    """Twenty meanings said in the ways of each language; on these the phrases were developed."""
    left = {
        language: missed(RULEBOOK, rule, language, sentences)
        for language, sentences in zip(LANGUAGES, zip(*MEANINGS[rule], strict=True), strict=True)
    }
    counts = [len(one) for one in left.values()]
    assert max(counts) <= (1 - LEAST_RATIO) * len(MEANINGS[rule]), left
    assert max(counts) - min(counts) <= MOST_BEHIND, left


@pytest.mark.parametrize("rule", NEAR_MISSES)
def test_no_language_recognises_what_is_not_meant(rule: str) -> None:
    """Harmless sentences that share words with what the rule looks for."""
    for language, said in zip(LANGUAGES, zip(*NEAR_MISSES[rule], strict=True), strict=True):
        heard = set(said) - set(missed(RULEBOOK, rule, language, said))
        assert not heard, language
