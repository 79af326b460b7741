"""The examples in the rule files are tests of the rules."""

from __future__ import annotations

import pytest

from qa_rules.authoring.examples import ExampleResult, run_examples
from qa_rules.rule_files.rulebook import load_rulebook
from tests.qa_rules.rule_folders import RULES

RULEBOOK = load_rulebook(RULES)


@pytest.mark.parametrize(
    "result",
    run_examples(RULEBOOK),
    ids=lambda result: f"{result.rule_id}-{result.language}-{result.kind}-{result.number}",
)
def test_every_example_matches_as_its_author_expects(result: ExampleResult) -> None:
    """Hits match; misses and near misses do not."""
    assert result.passed, f"{result.text!r}: {result.why}"
