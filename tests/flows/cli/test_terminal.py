"""What `callqa try` prints of a call."""

from __future__ import annotations

from dataclasses import replace

from rich.console import Console

from flows.cli.terminal import show_call
from qa_rules.results import Outcome
from tests.qa_rules.rule_folders import shipped_rulebook
from tests.warehouse.factory import finding, result
from warehouse.lake.rule_catalogue import catalogue_of


def test_a_failure_says_what_went_wrong() -> None:
    """By the version that judged; a pass says what was checked."""
    book = shipped_rulebook()
    rules = {(rule.rule_id, rule.version): rule for rule in catalogue_of(book).rules}
    newest = {rule_id: rules[rule_id, version] for rule_id, version in sorted(rules)}
    findings = (
        finding(newest["script-identity-check"], Outcome.FAIL),
        finding(rules["script-further-help", 1], Outcome.FAIL),
        finding(newest["script-recording-notice"], Outcome.PASS),
    )
    console = Console(width=200, record=True)
    show_call(replace(result(), findings=findings), book, console, is_complete=True)
    printed = console.export_text()
    assert "Did not check who was calling" in printed
    assert "Did not offer further help before the end" in printed
    assert "Agent says that the call is recorded" in printed
    assert "Agent checks who is calling" not in printed
