"""The examples in the rule files are tests of the rules."""

from __future__ import annotations

from collections import defaultdict

import pytest

from qa_rules.authoring.examples import ExampleResult, run_examples
from tests.qa_rules.rule_folders import shipped_rulebook


@pytest.fixture(scope="module")
def by_rule() -> dict[str, list[ExampleResult]]:
    """The result of every example, by rule id."""
    results = defaultdict(list)
    for result in run_examples(shipped_rulebook()):
        results[result.rule_id].append(result)
    return results


@pytest.mark.parametrize("rule_id", sorted({rule.id for rule in shipped_rulebook().rules}))
def test_every_example_matches_as_its_author_expects(
    rule_id: str, by_rule: dict[str, list[ExampleResult]]
) -> None:
    """Hits match; misses and near misses do not. Each rule has examples of every kind."""
    results = by_rule[rule_id]
    assert {result.kind for result in results} == {"hit", "miss", "near_miss"}
    assert [
        f"{result.language} {result.kind} {result.number} {result.text!r}: {result.why}"
        for result in results
        if not result.passed
    ] == []
