"""Check a folder of rule files: what is wrong with them, and with what they hear."""

from __future__ import annotations

from typing import TYPE_CHECKING

from qa_rules.errors import RuleFilesError
from qa_rules.rulebook import load_rulebook

if TYPE_CHECKING:
    from pathlib import Path


def check_rules(folder: Path) -> list[str]:
    """Every fault of every rule file, as `path:line: what; expected what`; empty if sound."""
    try:
        load_rulebook(folder)
    except RuleFilesError as error:
        return error.faults
    return []
