"""The lock file detects edits without a new version."""

from __future__ import annotations

import datetime as dt
from typing import TYPE_CHECKING

import pytest

from qa_rules.authoring.check import check_rules, lock_rules
from qa_rules.authoring.new_rule import begin_version
from qa_rules.rule_files.lock_file import LOCK_NAME
from tests.qa_rules.rule_folders import edit, write_rule

if TYPE_CHECKING:
    from pathlib import Path

BODY = "expect: present\ncoaching: Say it first.\nmatch: {phrases: good morning}\n"


def test_an_edit_without_a_new_version_is_a_fault(tmp_path: Path) -> None:
    """The error is at the line of the version, and names the one to write."""
    path = write_rule(tmp_path, BODY)
    assert lock_rules(tmp_path) == []
    edit(path, "good morning", "good evening")
    (fault,) = check_rules(tmp_path)
    assert fault == f"{path}:2: edited, but still version 1; expected version 2"
    assert lock_rules(tmp_path) == [fault]
    edit(path, "version: 1", "version: 2")
    assert "edited" not in "".join(check_rules(tmp_path))


@pytest.mark.parametrize(
    ("old", "new"),
    [
        ("title: An invented rule", "title: A better title"),
        ("What an invented rule misses", "In better words"),
        ("To show", "Only to show"),
        ("hit: hit", "hit: another hit"),
        ("Say it first", "Say it before anything else"),
        ("expect: present", "expect: present # as always"),
        ("expect: present", "tags: [churn, complaint]\nexpect: present"),
    ],
)
def test_what_judges_nothing_may_change(tmp_path: Path, old: str, new: str) -> None:
    """Titles, reasons, coaching, examples, tags and comments need no new version."""
    path = write_rule(tmp_path, BODY)
    lock_rules(tmp_path)
    edit(path, old, new)
    assert check_rules(tmp_path) == []


def test_a_first_failed_title_needs_no_new_version(tmp_path: Path) -> None:
    """A rule of an older folder gets one, and its verdicts stay those of its version."""
    path = write_rule(tmp_path, BODY)
    said = "title_failed: What an invented rule misses\n"
    edit(path, said, "")
    lock_rules(tmp_path)
    edit(path, "why: ", f"{said}why: ")
    assert check_rules(tmp_path) == []


def test_a_version_never_goes_back(tmp_path: Path) -> None:
    """With a lower version, the rules that earlier findings name would be ambiguous."""
    path = write_rule(tmp_path, BODY)
    edit(path, "version: 1", "version: 3")
    lock_rules(tmp_path)
    edit(path, "version: 3", "version: 2")
    assert "version 2 after 3; expected a higher one" in check_rules(tmp_path)[0]


def test_a_version_is_not_left_out(tmp_path: Path) -> None:
    """From version 1 to 3, calls between them would have no version that judged them."""
    path = write_rule(tmp_path, BODY)
    lock_rules(tmp_path)
    edit(path, "version: 1", "version: 3")
    fault = f"{path}:2: version 3 after 1; expected version 2"
    assert fault in check_rules(tmp_path)
    assert lock_rules(tmp_path) == [fault]
    edit(path, "version: 3", "version: 2")
    assert lock_rules(tmp_path) == []


@pytest.mark.parametrize("status", ["active", "draft"])
def test_a_version_is_not_left_out_before_the_first_lock(tmp_path: Path, status: str) -> None:
    """The kept earlier version says which number is the next one."""
    path = write_rule(tmp_path, BODY + f"status: {status}\n")
    earlier, _ = begin_version(tmp_path, "test-rule", dt.date(2026, 3, 1))
    assert check_rules(tmp_path) == []
    edit(path, "version: 2", "version: 3")
    assert check_rules(tmp_path) == [f"{path}:2: version 3 after 1; expected version 2"]
    assert lock_rules(tmp_path) != []
    earlier.unlink()
    assert check_rules(tmp_path) == []


def test_a_version_that_was_dropped_leaves_no_gap(tmp_path: Path) -> None:
    """Versions that are locked have been accepted, whatever is between them."""
    path = write_rule(tmp_path, BODY)
    for day in (1, 2):
        lock_rules(tmp_path)
        earlier, _ = begin_version(tmp_path, "test-rule", dt.date(2026, 3, day))
    lock_rules(tmp_path)
    earlier.unlink()
    assert lock_rules(tmp_path) == []
    assert check_rules(tmp_path) == []
    edit(path, "version: 3", "version: 4")
    assert "after" not in "".join(check_rules(tmp_path))


def test_a_retired_id_never_comes_back(tmp_path: Path) -> None:
    """A removed file is reported until it is locked; then its id is retired."""
    path = write_rule(tmp_path, BODY)
    write_rule(tmp_path, BODY, "other-rule")
    lock_rules(tmp_path)
    path.unlink()
    assert f"{LOCK_NAME}:1: `test-rule` has no file" in check_rules(tmp_path)[0]
    assert lock_rules(tmp_path) == []
    assert check_rules(tmp_path) == []
    write_rule(tmp_path, BODY)
    assert "id `test-rule` is retired; expected a new id" in check_rules(tmp_path)[0]


def test_a_folder_without_a_lock_has_nothing_to_keep(tmp_path: Path) -> None:
    """Trying out a few rules needs no lock file."""
    write_rule(tmp_path, BODY)
    assert check_rules(tmp_path) == []
