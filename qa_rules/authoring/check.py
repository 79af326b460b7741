"""Check a folder of rule files against their schema, each other and the lock file."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qa_rules.errors import RuleFilesError
from qa_rules.rule_files.lock_file import load_lock, lock_faults, missing_faults, write_lock
from qa_rules.rule_files.rulebook import read_rule_files

if TYPE_CHECKING:
    from pathlib import Path


def check_rules(folder: Path) -> list[str]:
    """All errors of all rule files, as `path:line: what; expected what`; empty if valid."""
    try:
        files = read_rule_files(folder)
        lock = load_lock(folder)
    except RuleFilesError as error:
        return error.faults
    if not files.rules:
        return [f"{folder}:1: no rules; expected a file such as script/script-greeting.yaml"]
    if lock is None:
        return []
    return lock_faults(lock, files.records) + missing_faults(folder, lock, files.records)


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
    faults = lock_faults(lock, files.records) if lock else []
    if not faults:
        write_lock(folder, files.records)
    return faults
