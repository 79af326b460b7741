"""Check a folder of rule files: what is wrong with them, and whether their versions are honest."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qa_rules.errors import RuleFilesError
from qa_rules.rule_files.lock_file import load_lock, lock_faults, missing_faults, write_lock
from qa_rules.rule_files.rulebook import read_rule_files

if TYPE_CHECKING:
    from pathlib import Path


def check_rules(folder: Path) -> list[str]:
    """Every fault of every rule file, as `path:line: what; expected what`; empty if sound."""
    try:
        files = read_rule_files(folder)
        lock = load_lock(folder)
    except RuleFilesError as error:
        return error.faults
    if not files.rules:
        return [f"{folder}:1: no rule in it; expected a file such as script/script-greeting.yaml"]
    if lock is None:
        return []
    return lock_faults(lock, files.records) + missing_faults(folder, lock, files.records)


def lock_rules(folder: Path) -> list[str]:
    """Lock all rules and scorecards as they are now, unless something is wrong with them.

    Returns:
        The faults that must be mended first; empty if the lock was written.
    """
    try:
        files = read_rule_files(folder)
        lock = load_lock(folder)
    except RuleFilesError as error:
        return error.faults
    faults = lock_faults(lock, files.records) if lock else []
    if not faults:
        write_lock(folder, files.records)
    return faults
