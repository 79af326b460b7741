"""A call is judged by the versions that were in force when it was made."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from qa_rules.authoring.check import check_rules, lock_rules
from qa_rules.authoring.new_rule import begin_version
from qa_rules.errors import RuleFilesError
from qa_rules.results import Outcome
from qa_rules.rule_files.rulebook import load_rulebook
from tests.qa_rules.rule_folders import HEAD, edit, judged, write_rule

if TYPE_CHECKING:
    from pathlib import Path

BODY = "expect: present\nmatch: {phrases: good morning}\n"
OLD, CHANGE, NEW = dt.date(2026, 1, 5), dt.date(2026, 3, 1), dt.date(2026, 3, 5)
MORNING, WELCOME = "good morning everybody", "welcome to all of you"


def _two_versions(folder: Path) -> tuple[Path, Path]:
    """A rule that wanted one thing, and wants another since the day of change."""
    write_rule(folder, BODY)
    earlier, current = begin_version(folder, "test-rule", CHANGE)
    edit(current, "good morning", "welcome to all")
    return earlier, current


def test_a_late_call_is_judged_by_the_version_of_its_day(tmp_path: Path) -> None:
    """The day of change is the first of the new version; until then the old one judges."""
    _two_versions(tmp_path)
    book = load_rulebook(tmp_path)
    for day, heard, version in (
        (OLD, MORNING, 1),
        (CHANGE - dt.timedelta(days=1), MORNING, 1),
        (CHANGE, WELCOME, 2),
        (NEW, WELCOME, 2),
    ):
        other = WELCOME if heard is MORNING else MORNING
        assert judged(book, heard, day).outcome is Outcome.PASS
        assert judged(book, other, day).outcome is Outcome.FAIL
        assert judged(book, other, day).rule_version == version


def test_a_draft_ends_nothing(tmp_path: Path) -> None:
    """While the next version is written, the one so far judges."""
    _, current = _two_versions(tmp_path)
    edit(current, "severity: major", "severity: major\nstatus: draft")
    assert check_rules(tmp_path) == []
    assert judged(load_rulebook(tmp_path), MORNING, NEW).rule_version == 1


def test_a_draft_can_be_tried_on_any_call(tmp_path: Path) -> None:
    """Its author sees the results of a draft, in place of the current version's."""
    _, current = _two_versions(tmp_path)
    edit(current, "severity: major", "severity: major\nstatus: draft")
    book = load_rulebook(tmp_path).with_drafts()
    assert judged(book, WELCOME, OLD).rule_version == 2
    assert judged(book, WELCOME, OLD).outcome is Outcome.PASS


def test_a_retired_rule_still_judges_the_calls_of_its_time(tmp_path: Path) -> None:
    """Retiring a rule ends it on a day, not in the past."""
    _, current = _two_versions(tmp_path)
    edit(current, "severity: major", "severity: major\nstatus: retired")
    book = load_rulebook(tmp_path)
    assert judged(book, MORNING, OLD).rule_version == 1
    assert book.in_force(NEW) == ()


def test_rules_refer_to_the_version_of_the_day(tmp_path: Path) -> None:
    """A rule that depends on another one uses the version in force when the call was made."""
    _two_versions(tmp_path)
    asks = "applies_when: {rule: {test-rule: pass}}\n"
    write_rule(tmp_path, f"{asks}expect: observe\nmatch: {{phrases: everybody}}\n", "a-rule")
    book = load_rulebook(tmp_path)
    assert judged(book, MORNING, OLD, "a-rule").outcome is Outcome.OBSERVED
    assert judged(book, MORNING, NEW, "a-rule").outcome is Outcome.NOT_APPLICABLE


def test_all_calls_can_be_judged_as_of_a_day(tmp_path: Path) -> None:
    """Before a version begins, its author sees what it would say of last month's calls."""
    _two_versions(tmp_path)
    book = load_rulebook(tmp_path).as_of(NEW)
    assert judged(book, WELCOME, OLD).rule_version == 2


def test_any_version_changes_the_hash(tmp_path: Path) -> None:
    """Results name the rules that judged, and earlier versions judge too."""
    earlier, _ = _two_versions(tmp_path)
    before = load_rulebook(tmp_path).sha256
    edit(earlier, "good morning", "good evening")
    assert load_rulebook(tmp_path).sha256 != before


def test_a_new_version_passes_the_check(tmp_path: Path) -> None:
    """The steps of the guide give no errors, before and after locking."""
    write_rule(tmp_path, BODY)
    lock_rules(tmp_path)
    begin_version(tmp_path, "test-rule", CHANGE)
    assert check_rules(tmp_path) == []
    assert lock_rules(tmp_path) == []
    assert check_rules(tmp_path) == []


def test_an_earlier_version_stays_as_it_is(tmp_path: Path) -> None:
    """An edit of an earlier version would change results that people have seen."""
    earlier, _ = _two_versions(tmp_path)
    lock_rules(tmp_path)
    edit(earlier, "good morning", "good evening")
    (fault,) = check_rules(tmp_path)
    assert fault == f"{earlier}:2: edited, but still version 1; expected it as it was"


def test_an_earlier_version_is_not_lost(tmp_path: Path) -> None:
    """A locked version needs its file until it is dropped by locking again."""
    earlier, current = _two_versions(tmp_path)
    lock_rules(tmp_path)
    earlier.unlink()
    (fault,) = check_rules(tmp_path)
    assert fault.startswith(f"{current}:2: version 1 has no file, but calls of its time; expected ")
    assert "earlier/test-rule@1.yaml" in fault
    assert lock_rules(tmp_path) == []
    assert check_rules(tmp_path) == []


@pytest.mark.parametrize(
    ("file", "old", "new", "line", "what"),
    [
        ("current", "2026-03-01", "2026-01-01", 5, "`effective_from` is 2026-01-01, not after"),
        (
            "earlier",
            "severity: major",
            "effective_until: 2026-04-01\nseverity: major",
            6,
            "`effective_until` is 2026-04-01, when version 2 judges; expected 2026-03-01",
        ),
        ("current", "version: 2", "version: 1", 2, "version 1 is not before the current one"),
        ("earlier", "version: 1", "version: 3", 2, "expected test-rule@3.yaml"),
        ("earlier", "id: test-rule", "id: other-rule", 1, "no current version"),
    ],
)
def test_versions_that_do_not_follow_each_other_are_faults(
    tmp_path: Path, file: str, old: str, new: str, line: int, what: str
) -> None:
    """On every day one version is in force at most, and its file says which."""
    earlier, current = _two_versions(tmp_path)
    path = earlier if file == "earlier" else current
    edit(path, old, new)
    faults = check_rules(tmp_path)
    place = earlier if "not before" in what else path
    assert any(fault.startswith(f"{place}:{line}: ") and what in fault for fault in faults)
    assert all("; expected" in fault for fault in faults)


def test_an_id_is_used_once(tmp_path: Path) -> None:
    """Two files that call themselves the same would judge calls by chance."""
    path = write_rule(tmp_path, BODY)
    other = tmp_path / "conduct" / path.name
    other.parent.mkdir()
    other.write_text(path.read_text(encoding="utf-8"), encoding="utf-8")
    (fault,) = check_rules(tmp_path)
    assert fault.startswith(f"{path}:1: id `test-rule` is also used by {other}; expected")


def test_a_version_begins_after_the_one_before(tmp_path: Path) -> None:
    """A version that begins too early, or of an unknown id, is refused before a file is written."""
    path = write_rule(tmp_path, BODY)
    before = path.read_text(encoding="utf-8")
    with pytest.raises(RuleFilesError, match="expected a later day"):
        begin_version(tmp_path, "test-rule", dt.date(2026, 1, 1))
    with pytest.raises(RuleFilesError, match="no `no-rule`"):
        begin_version(tmp_path, "no-rule", CHANGE)
    assert path.read_text(encoding="utf-8") == before
    assert [file.name for file in path.parent.iterdir()] == [path.name]


def test_a_few_rules_need_no_folders(tmp_path: Path) -> None:
    """A folder with nothing but rule files is a folder of rules."""
    (tmp_path / "lone-rule.yaml").write_text(f"id: lone-rule\n{HEAD}{BODY}", encoding="utf-8")
    (tmp_path / "centre.yaml").write_text("languages: [en]\n", encoding="utf-8")
    assert check_rules(tmp_path) == []
    assert judged(load_rulebook(tmp_path), MORNING, OLD, "lone-rule").outcome is Outcome.PASS
