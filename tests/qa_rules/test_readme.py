"""Every example of the author's guide matches as the guide says."""

from __future__ import annotations

import datetime as dt
import re
from dataclasses import replace
from typing import TYPE_CHECKING

import pytest

from models.call import Role
from models.metrics import conversation_metrics
from qa_rules.authoring.example_calls import invented_call, invented_transcript
from qa_rules.evaluation.judging import judge
from qa_rules.pii_detection.detector import find_pii
from qa_rules.pii_detection.redaction.text import redact
from qa_rules.results import Outcome
from qa_rules.rule_files.condition import OPERATORS, Condition
from qa_rules.rule_files.rule import Rule
from qa_rules.strict_yaml import read_record
from tests.qa_rules.rule_folders import HEAD, RULES, shipped_rulebook

if TYPE_CHECKING:
    from pathlib import Path

RULEBOOK = shipped_rulebook()
GUIDE = (RULES / "README.md").read_text(encoding="utf-8")
BLOCK = re.compile(r"```yaml\n([^`]*)```\n((?:- (?:not )?heard: `.*`\n)+)")
LINE = re.compile(r"- (not )?heard: `(.*)`")
CASES = [
    (yaml, text.replace(" / ", "\n"), not negated)
    for yaml, lines in BLOCK.findall(GUIDE)
    for negated, text in LINE.findall(lines)
]


@pytest.mark.parametrize(("yaml", "text", "heard"), CASES, ids=lambda value: str(value)[:40])
def test_an_example_of_the_guide_matches_as_it_says(
    tmp_path: Path, yaml: str, text: str, *, heard: bool
) -> None:
    """The rule is put beside those of the real ones that it refers to."""
    path = tmp_path / "guide-rule.yaml"
    path.write_text(f"id: guide-rule\n{HEAD}expect: present\n{yaml}", encoding="utf-8")
    rule = read_record(path, Rule)
    needed = [other for other in RULEBOOK.rules if other.id in rule.rule_references()]
    rulebook = replace(RULEBOOK, rules=(*needed, rule))
    transcript = invented_transcript(text, Role.AGENT)
    spans = find_pii(transcript, rulebook.pii)
    redacted = redact(transcript, spans)
    findings = judge(
        invented_call(dt.date(2026, 3, 10)),
        redacted,
        spans,
        conversation_metrics(redacted),
        rulebook,
    )
    outcome = next(finding.outcome for finding in findings if finding.rule_id == "guide-rule")
    assert (outcome is Outcome.PASS) is heard


def test_every_operator_has_an_example() -> None:
    """The guide shows every operator."""
    shown = "\n".join(yaml for yaml, _ in BLOCK.findall(GUIDE))
    wanted = {*OPERATORS, *Condition.model_fields}
    assert {name for name in wanted if f"{name}:" not in shown} == set()
