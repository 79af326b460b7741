"""A folder of rules: where in it rules, scorecards and types of personal data are."""

from __future__ import annotations

import hashlib
from pathlib import Path
from typing import TYPE_CHECKING

from models.language.pack import known_languages, pack_files
from qa_rules.rule_files.centre import CENTRE_NAME
from qa_rules.rule_files.tags import TAGS_NAME
from qa_rules.versions import EARLIER_FOLDER, versioned_files

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

SCORECARD_FOLDER = "scorecards"
PII_FOLDER = "pii"
OTHER_FOLDERS = frozenset({PII_FOLDER, SCORECARD_FOLDER, "schemas", EARLIER_FOLDER})
"""Folders of a rules folder that hold no rules; every other one does."""
DATA_FILES = (CENTRE_NAME, TAGS_NAME)
"""Files beside the rules that hold no rule."""
MASKING_VERSION = 1
"""Incremented when the same audio and model should give another redacted transcript: stored calls
are then outdated, and heard again on request."""
PROJECT_PII = Path(__file__).parents[1] / PII_FOLDER
JUDGING_PARTS = ("spoken", "engine", "names")
"""Parts of a language pack that masking and rules use; others are for recognition and pages."""


def pii_folder(folder: Path) -> Path:
    """Where the PII rules are: a folder without any uses ours, because masking is never off."""
    own = folder / PII_FOLDER
    return own if own.exists() else PROJECT_PII


def rule_folders(folder: Path) -> Iterator[Path]:
    """The folder itself, as a few rules need no folders in it, and those in it that hold rules."""
    yield folder
    for path in sorted(folder.iterdir()):
        if path.is_dir() and path.name[0] not in "._" and not _is_other(path):
            yield path


def _is_other(folder: Path) -> bool:
    """Whether a folder beside those of rules holds something else: other data, or code."""
    return folder.name in OTHER_FOLDERS or (folder / "__init__.py").exists()


def rule_paths(folder: Path) -> list[Path]:
    """The files of rules or scorecards in one folder, those of earlier versions last."""
    return [path for path in versioned_files(folder) if path.name not in DATA_FILES]


def content_sha256(folder: Path) -> str:
    """Hash of the names and contents of all files that affect results, wherever the folder is."""
    return _sha256(_judging_files(folder))


def masking_sha256(folder: Path) -> str:
    """Hash of what decides what is heard and masked beside the model: files, and our own code."""
    files = _sha256(_masking_files(folder))
    return hashlib.sha256(f"{MASKING_VERSION} {files}".encode()).hexdigest()


def _sha256(files: Iterable[tuple[str, Path]]) -> str:
    digest = hashlib.sha256()
    for name, path in sorted(files):
        digest.update(f"{name}\n".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _judging_files(folder: Path) -> Iterator[tuple[str, Path]]:
    """Every file that affects results, with a name that does not depend on where the folder is."""
    for part in (*rule_folders(folder), folder / SCORECARD_FOLDER):
        for path in rule_paths(part):
            yield path.relative_to(folder).as_posix(), path
    if (folder / TAGS_NAME).exists():
        yield TAGS_NAME, folder / TAGS_NAME
    yield from _masking_files(folder)


def _masking_files(folder: Path) -> Iterator[tuple[str, Path]]:
    """Every file that decides what is masked: types, the centre's names, and language packs."""
    outer = pii_folder(folder)
    for path in versioned_files(outer):
        yield path.relative_to(outer.parent).as_posix(), path
    for language in known_languages():
        for path in pack_files(language, JUDGING_PARTS):
            yield f"languages/{language}/{path.name}", path
    if (folder / CENTRE_NAME).exists():
        yield CENTRE_NAME, folder / CENTRE_NAME
