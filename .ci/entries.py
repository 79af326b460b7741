"""Check that no folder of ours shows more entries at first sight than a stranger can take in."""

from __future__ import annotations

import subprocess
import sys
from collections import defaultdict
from pathlib import Path

ENTRIES = 16
ROOMS = ("flows", "models", "qa_rules", "tests", "warehouse")
DATA = {
    "flows/desk/reading/sql": "SQL: a statement each, run by the modules beside",
    "flows/desk/web/templates": "a template a page, found by its name",
    "qa_rules/conduct": "a rule each, found by its id",
    "qa_rules/pii": "a type of personal data each",
    "qa_rules/reason": "a rule each, found by its id",
    "qa_rules/schemas": "written by `callqa rules schemas`",
    "qa_rules/scorecards": "a scorecard each",
    "qa_rules/script": "a rule each, found by its id",
    "tests/night/calls": "the recordings of the night",
    "tests/night/scripts": "a script for each of them",
    "tests/night/truth": "what is said in each of them",
    "tests/warehouse/marts": "a case folder for each relation",
    "warehouse/core": "SQL: a view each, whose path is its name",
    "warehouse/gates": "SQL: a promise each",
    "warehouse/lake/index/sql": "SQL: a statement each, run by the modules beside",
    "warehouse/macros": "SQL",
    "warehouse/marts": "SQL: a view each, whose path is its name",
    "warehouse/query/sql": "SQL: a statement each, run by the modules beside",
    "warehouse/reports/agents/sql": "SQL: a statement each, run by the modules beside",
    "warehouse/reports/auditor/sql": "SQL: a statement each, run by the modules beside",
    "warehouse/reports/calls/sql": "SQL: a statement each, run by the modules beside",
    "warehouse/reports/flags/sql": "SQL: a statement each, run by the modules beside",
    "warehouse/reports/management/sql": "SQL: a statement each, run by the modules beside",
    "warehouse/reports/site/sql": "SQL: a statement each, run by the modules beside",
    "warehouse/reports/site/templates": "a template a page, found by its name",
    "warehouse/schema": "SQL: a table each, whose path is its name",
    "warehouse/snapshot/sql": "SQL: a statement each, run by the modules beside",
}
"""Folders that nobody reads from top to bottom, and what is in them; they do not count."""


def tracked_files() -> list[Path]:
    """Every file of the rooms that git knows."""
    command = ["git", "ls-files", "--cached", "--others", "--exclude-standard", *ROOMS]
    listed = subprocess.run(command, check=True, capture_output=True, text=True)  # noqa: S603
    return [Path(line) for line in listed.stdout.splitlines() if Path(line).exists()]


def entries(files: list[Path]) -> dict[Path, set[str]]:
    """What stands in each folder, but for data folders and what marks a package."""
    shown: dict[Path, set[str]] = defaultdict(set)
    for path in files:
        for folder in path.parents:
            entry = path.relative_to(folder).parts[0]
            if (folder / entry).as_posix() not in DATA and entry != "__init__.py":
                shown[folder].add(entry)
    return shown


def faults(files: list[Path]) -> list[str]:
    """Say which folders hold too much, and which data folders are gone."""
    shown = entries(files)
    found = [
        f"{folder}: {len(names)} entries; expected at most {ENTRIES}, or parts of it in folders"
        for folder, names in sorted(shown.items())
        if len(names) > ENTRIES and not _is_data(folder)
    ]
    gone = [name for name in DATA if Path(name) not in shown]
    return found + [f"{name}: no such data folder; expected it to leave this list" for name in gone]


def _is_data(folder: Path) -> bool:
    return any(path.as_posix() in DATA for path in (folder, *folder.parents))


if __name__ == "__main__":
    all_faults = faults(tracked_files())
    print("\n".join(all_faults))
    sys.exit(bool(all_faults))
