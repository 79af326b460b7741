"""A folder of rules in which one file is another one, for as long as it is tried."""

from __future__ import annotations

import re
import shutil
from contextlib import contextmanager
from pathlib import Path
from tempfile import TemporaryDirectory
from typing import TYPE_CHECKING

from qa_rules.rule_files.folder import DATA_FILES, SCORECARD_FOLDER, rule_folders, rule_paths

if TYPE_CHECKING:
    from collections.abc import Iterator

_NAME = re.compile(r"(?:[a-z0-9_-]+/){0,3}[a-z0-9._-]+\.yaml")


def rule_files(rules: Path) -> list[str]:
    """The files that can be changed: rules, scorecards, and what belongs to all of them."""
    folders = [*rule_folders(rules), rules / SCORECARD_FOLDER]
    paths = [path for folder in folders if folder.exists() for path in rule_paths(folder)]
    paths += [rules / name for name in DATA_FILES if (rules / name).exists()]
    return sorted({path.relative_to(rules).as_posix() for path in paths})


def is_file_name(name: str, rules: Path) -> bool:
    """Whether a file of that name may be tried: one that is there, or a new one beside others."""
    known = rule_files(rules)
    folders = {Path(one).parent.as_posix() for one in known}
    return name in known or (
        _NAME.fullmatch(name) is not None and Path(name).parent.as_posix() in folders
    )


@contextmanager
def changed_rules(rules: Path, name: str, text: str) -> Iterator[Path]:
    """A copy of a folder of rules with one other file; it is removed afterwards.

    Args:
        rules: The folder in force.
        name: Path of the file in it.
        text: Its other content.
    """
    with TemporaryDirectory(prefix="callqa-rules-") as outer:
        copy = Path(outer) / "rules"
        shutil.copytree(rules, copy, ignore=_code)
        lines = text.replace("\r\n", "\n")  # as browsers send them
        (copy / name).write_text(lines, encoding="utf-8")
        yield copy


def _code(folder: str, names: list[str]) -> set[str]:
    """What lies beside the rules of a checkout and is none."""
    return {
        name
        for name in names
        if name.endswith((".py", ".pyc", ".md", ".lock"))
        or name in {"schemas", "__pycache__"}
        or (Path(folder) / name / "__init__.py").exists()
    }
