"""A replay lists what a changed rule would change, and nothing else."""

from __future__ import annotations

import datetime as dt
from pathlib import Path
from typing import TYPE_CHECKING

import pytest

from models.call import Recording
from qa_rules.assessing import assess
from qa_rules.authoring.check import check_rules
from qa_rules.authoring.example_calls import invented_call, invented_transcript
from qa_rules.authoring.json_schemas import write_schemas
from qa_rules.authoring.new_rule import begin_version, new_rule
from qa_rules.authoring.replay import replay
from qa_rules.errors import RuleFilesError
from qa_rules.results import CallResult, Outcome
from qa_rules.rule_files.rulebook import RuleBook, load_rulebook
from tests.qa_rules.rule_folders import RULES, write_rule

if TYPE_CHECKING:
    from collections.abc import Sequence

CARD = """\
id: test-card
version: 1
title: An invented scorecard
effective_from: 2026-01-01
bands: [{name: all, from_score: 0}]
sections:
  - {id: s, title: S, questions: [{id: q, title: Q?, weight: 100, rules: test-rule}]}
"""


def _rulebook(folder: Path, phrase: str) -> RuleBook:
    write_rule(folder, f"expect: present\nmatch: {{phrases: {phrase}}}\n")
    (folder / "scorecards").mkdir(exist_ok=True)
    (folder / "scorecards" / "test-card.yaml").write_text(CARD, encoding="utf-8")
    return load_rulebook(folder)


def _assessed(rulebook: RuleBook, calls: Sequence[str]) -> list[CallResult]:
    recording = Recording(
        path=Path("invented.wav"),
        audio_sha256="0" * 64,
        duration_s=10.0,
        channel_count=2,
        sample_rate_hz=8000,
    )
    call = invented_call(dt.date(2026, 3, 10))
    return [assess(call, recording, invented_transcript(text), rulebook) for text in calls]


def test_a_changed_rule_shows_calls_agents_and_kpis(tmp_path: Path) -> None:
    """One call of two fails that passed: its score goes, the agent's mean halves."""
    stored = _assessed(_rulebook(tmp_path, "good"), ["good morning", "good evening"])
    changes = replay(stored, _rulebook(tmp_path, "good morning"))
    (outcome,) = changes.outcomes
    assert (outcome.before, outcome.after) == (Outcome.PASS, Outcome.FAIL)
    means = {
        (number.kind, number.name): (number.before, number.after) for number in changes.numbers
    }
    assert means["agent", "invented"] == pytest.approx((100, 50))
    assert means["scorecard", "test-card"] == pytest.approx((100, 50))
    assert means["kpi", "flagged_call_ratio"] == pytest.approx((0, 0.5))
    assert ("kpi", "auto_fail_ratio") not in means


def test_unchanged_rules_change_nothing(tmp_path: Path) -> None:
    """The same files give an empty replay."""
    stored = _assessed(_rulebook(tmp_path, "good"), ["good morning", "bad evening"])
    assert not replay(stored, _rulebook(tmp_path, "good"))


@pytest.mark.parametrize("folder", ["script", "."])
def test_a_new_rule_starts_as_a_draft_that_loads(tmp_path: Path, folder: str) -> None:
    """A new rule is a valid file, even in a folder without subfolders."""
    (tmp_path / folder).mkdir(exist_ok=True)
    (tmp_path / "centre.yaml").write_bytes((RULES / "centre.yaml").read_bytes())
    path, text = new_rule(tmp_path, "script-rule", dt.date(2026, 1, 1))
    assert path == tmp_path / folder / "script-rule.yaml"
    path.write_text(text, encoding="utf-8")
    assert check_rules(tmp_path) == []


@pytest.mark.parametrize("folder", ["script", "."])
@pytest.mark.parametrize("has_schemas", [True, False])
def test_the_schema_of_a_new_rule_exists(tmp_path: Path, folder: str, *, has_schemas: bool) -> None:
    """Seen from the file, of each of its versions, so that editors find it."""
    (tmp_path / folder).mkdir(exist_ok=True)
    if has_schemas:
        write_schemas(tmp_path / "schemas")
    path, text = new_rule(tmp_path, "script-rule", dt.date(2026, 1, 1))
    path.write_text(text, encoding="utf-8")
    for file in (path, *begin_version(tmp_path, "script-rule", dt.date(2026, 3, 1))):
        first_line = file.read_text(encoding="utf-8").splitlines()[0]
        schema = file.parent / first_line.removeprefix("# yaml-language-server: $schema=")
        assert schema.name == "rule.schema.json"
        assert schema.exists()
        assert schema.resolve().is_relative_to(tmp_path.resolve()) is has_schemas


@pytest.mark.parametrize("rule_id", ["Big Letters", "../script-rule", "pii-rule", "other-rule"])
def test_a_new_rule_is_only_written_to_a_folder_of_rules(tmp_path: Path, rule_id: str) -> None:
    """Its id says in which folder of rules it is."""
    (tmp_path / "script").mkdir()
    (tmp_path / "pii").mkdir()
    with pytest.raises(RuleFilesError, match="; expected"):
        new_rule(tmp_path, rule_id, dt.date(2026, 1, 1))
