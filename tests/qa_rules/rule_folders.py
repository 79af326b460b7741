"""Folders of invented rule files for tests, one rule and as little as it needs."""

from __future__ import annotations

from functools import cache
from pathlib import Path
from textwrap import dedent, indent
from typing import TYPE_CHECKING

from models.call import Role
from models.metrics import conversation_metrics
from qa_rules.authoring.example_calls import invented_call, invented_transcript
from qa_rules.evaluation.judging import judge
from qa_rules.rule_files.rulebook import RuleBook, load_rulebook

if TYPE_CHECKING:
    import datetime as dt

    from models.transcript import Transcript
    from qa_rules.results import Finding

RULES = Path(__file__).parents[2] / "qa_rules"
HEAD = """\
version: 1
title: An invented rule
why: To show what a rule file does.
effective_from: 2026-01-01
severity: major
title_failed: What an invented rule misses
examples: {hit: hit, miss: miss, near_miss: near}
"""


@cache
def shipped_rulebook() -> RuleBook:
    """The rules of this project, read once per process."""
    return load_rulebook(RULES)


def write_rule(folder: Path, body: str, rule_id: str = "test-rule", head: str = HEAD) -> Path:
    """Write a rule file; `body` holds at least `expect` and `match`."""
    path = folder / "script" / f"{rule_id}.yaml"
    path.parent.mkdir(parents=True, exist_ok=True)
    path.write_text(f"id: {rule_id}\n{head}{dedent(body)}", encoding="utf-8")
    return path


def edit(path: Path, old: str, new: str) -> None:
    """Write something else in a file."""
    text = path.read_text(encoding="utf-8")
    assert old in text, f"{path.name} does not say {old!r}"
    path.write_text(text.replace(old, new), encoding="utf-8")


def rulebook_of(folder: Path, body: str, head: str = HEAD) -> RuleBook:
    """Load a folder that holds one rule, besides what was written there before."""
    write_rule(folder, body, head=head)
    return load_rulebook(folder)


def condition_of(folder: Path, condition: str, extra: str = "") -> RuleBook:
    """Load one rule that expects this condition to be present."""
    match = indent(dedent(condition), "  ")
    return rulebook_of(folder, f"expect: present\n{dedent(extra)}match:\n{match}")


def judged(
    rulebook: RuleBook, call: str | Transcript, day: dt.date, rule_id: str = "test-rule"
) -> Finding:
    """What one rule says of a call, written as lines or whole."""
    transcript = invented_transcript(call, Role.AGENT) if isinstance(call, str) else call
    metrics = conversation_metrics(transcript)
    findings = judge(invented_call(day), transcript, (), metrics, rulebook)
    return next(finding for finding in findings if finding.rule_id == rule_id)
