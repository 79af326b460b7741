"""Check a folder of rule files against their schema, each other and the lock file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qa_rules.errors import RuleFilesError
from qa_rules.rule_files.lock_file import Lock, load_lock, lock_faults, missing_faults, write_lock
from qa_rules.rule_files.rule import Expect
from qa_rules.rule_files.rulebook import read_rule_files, rulebook_of
from qa_rules.versions import Status, is_earlier

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from qa_rules.rule_files.centre import Centre
    from qa_rules.rule_files.rule import Rule
    from qa_rules.rule_files.rulebook import RuleBook
    from qa_rules.strict_yaml import Located


def check_rules(folder: Path) -> list[str]:
    """All errors of all rule files, as `path:line: what; expected what`; empty if valid."""
    try:
        files = read_rule_files(folder)
        lock = load_lock(folder)
    except RuleFilesError as error:
        return error.faults
    if not files.rules:
        return [f"{folder}:1: no rules; expected a file such as script/script-greeting.yaml"]
    faults = [fault for rule in files.rules for fault in _title_faults(rule, files.centre)]
    faults += lock_faults(lock or Lock(), files.records)
    return faults + (missing_faults(folder, lock, files.records) if lock else [])


def load_locked(folder: Path) -> RuleBook:
    """Read all rule files, and refuse those edited under a version that judged calls before.

    A folder without a lock file has no locked versions, and may hold anything valid.

    Raises:
        RuleFilesError: Lists all errors as `path:line: what; expected what`.
    """
    files, lock = read_rule_files(folder), load_lock(folder)
    if lock and (faults := lock_faults(lock, files.records)):
        raise RuleFilesError(faults)
    return rulebook_of(files)


def _title_faults(located: Located[Rule], centre: Centre) -> Iterator[str]:
    """Failed titles that are missing where the title states the opposite of a failure."""
    rule, (_, *others) = located.record, centre.languages
    if rule.status is not Status.ACTIVE or is_earlier(located):
        return
    if rule.expect is not Expect.PRESENT:
        return
    expected = 'expected what a failure means, such as "Did not greet"'
    if rule.title_failed is None:
        yield located.fault(("title",), f"no `title_failed`; {expected}")
    for language in others:
        wording = rule.languages.get(language)
        if wording is None or wording.title_failed is None:
            place = ("languages", language, "title_failed")
            yield located.fault(place, f"no `{'.'.join(place)}`; expected the same in it")


def lock_rules(folder: Path) -> list[str]:
    """Write the lock file, unless the rule files have errors.

    Returns:
        The errors that must be fixed first; empty if the lock file was written.
    """
    try:
        files = read_rule_files(folder)
        lock = load_lock(folder)
    except RuleFilesError as error:
        return error.faults
    faults = lock_faults(lock or Lock(), files.records)
    if not faults:
        write_lock(folder, files.records)
    return faults
