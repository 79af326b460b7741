"""Load a folder of rule files: every rule, scorecard and PII rule, or every fault at once."""

from __future__ import annotations

import datetime as dt
import hashlib
from dataclasses import dataclass, replace
from functools import lru_cache
from graphlib import TopologicalSorter
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from qa_rules.errors import RuleFilesError
from qa_rules.pii_detection.types.catalogue import PiiRules, load_pii_rules
from qa_rules.rule_files.centre import CENTRE_NAME, LANGUAGES, Centre, load_centre
from qa_rules.rule_files.cross_checks import rule_faults, scorecard_faults
from qa_rules.rule_files.rule import Rule
from qa_rules.rule_files.scorecard import Scorecard
from qa_rules.strict_yaml import Located, StrictRecord, read_located
from qa_rules.versions import (
    EARLIER_FOLDER,
    Status,
    Versioned,
    VersionedFile,
    in_succession,
    version_faults,
    versioned_files,
)

if TYPE_CHECKING:
    from collections.abc import Iterator

SCORECARD_FOLDER = "scorecards"
PII_FOLDER = "pii"
OTHER_FOLDERS = frozenset({PII_FOLDER, SCORECARD_FOLDER, LANGUAGES.name, "schemas", EARLIER_FOLDER})
"""What is beside rules in a folder of rules; every other folder in it holds rules."""
PROJECT_PII = Path(__file__).parents[1] / PII_FOLDER

_Record = TypeVar("_Record", bound=StrictRecord)


@dataclass(frozen=True, eq=False, kw_only=True)
class RuleBook:
    """Everything that judges calls.

    Attributes:
        rules: Every version, the current one last, each after those rules whose outcome or
            places it needs.
        scorecards: Every version, by id, the current one last.
        pii: How personal data is found.
        centre: The contact centre's languages and names.
        sha256: Hash of all rule files' names and contents, wherever the folder is.
    """

    rules: tuple[Rule, ...]
    scorecards: tuple[Scorecard, ...]
    pii: PiiRules
    centre: Centre
    sha256: str

    def in_force(self, day: dt.date) -> tuple[Rule, ...]:
        """The rules that judge calls of this day."""
        return tuple(rule for rule in self.rules if rule.in_force(day))

    def as_of(self, day: dt.date) -> RuleBook:
        """The same with what is in force on one day in force on every day."""
        return replace(
            self,
            rules=tuple(map(_always, self.in_force(day))),
            scorecards=tuple(_always(card) for card in self.scorecards if card.in_force(day)),
            pii=PiiRules(self.pii.on(day).by_id),
        )

    def with_drafts(self) -> RuleBook:
        """The same with drafts in force on every day, in place of other versions of them."""
        drafts = {rule.id for rule in self.rules if rule.status is Status.DRAFT}
        return replace(
            self,
            rules=tuple(
                _always(rule.model_copy(update={"status": Status.ACTIVE}))
                if rule.status is Status.DRAFT
                else rule
                for rule in self.rules
                if rule.id not in drafts or rule.status is Status.DRAFT
            ),
        )


def _always(record: Versioned) -> Versioned:
    return record.model_copy(update={"effective_from": dt.date.min, "effective_until": None})


@dataclass(frozen=True, kw_only=True)
class RuleFiles:
    """The files of a rules folder, read one by one; each record knows its lines.

    Attributes:
        folder: Where they are.
        centre: The contact centre's languages and names.
        pii: How personal data is found; as we do where the folder has no types of its own.
        rules: Every version.
        scorecards: Every version.
    """

    folder: Path
    centre: Centre
    pii: PiiRules
    rules: tuple[Located[Rule], ...]
    scorecards: tuple[Located[Scorecard], ...]

    @property
    def records(self) -> tuple[VersionedFile, ...]:
        """All that the folder's own lock keeps: rules, scorecards, types of personal data."""
        own = (located for located in self.pii.files if located.path.is_relative_to(self.folder))
        return (*self.rules, *self.scorecards, *own)


def load_rulebook(folder: Path) -> RuleBook:
    """Read all rule files of a folder.

    Raises:
        RuleFilesError: With every fault of every file, as `path:line: what; expected what`.
    """
    files = read_rule_files(folder)
    return RuleBook(
        rules=_in_order(in_succession(located.record for located in files.rules)),
        scorecards=in_succession(located.record for located in files.scorecards),
        pii=files.pii,
        centre=files.centre,
        sha256=_hash(folder),
    )


def read_rule_files(folder: Path) -> RuleFiles:
    """Read and check all rule files of a folder, and keep where their keys stand.

    Raises:
        RuleFilesError: With every fault of every file, as `path:line: what; expected what`.
    """
    faults: list[str] = []
    centre = _centre(folder, faults)
    pii = _pii(pii_folder(folder), faults)
    rules = [located for path in rule_folders(folder) for located in _read_all(path, Rule, faults)]
    cards = _read_all(folder / SCORECARD_FOLDER, Scorecard, faults)
    # Rules that cannot be read would make sound ones look wrong that refer to them.
    if not faults and pii is not None:
        faults += rule_faults(rules, centre, frozenset(pii.by_id))
        faults += scorecard_faults(cards, rules)
        faults += version_faults([*rules, *cards, *pii.files])
    if faults or pii is None:
        raise RuleFilesError(faults)
    return RuleFiles(
        folder=folder, centre=centre, pii=pii, rules=tuple(rules), scorecards=tuple(cards)
    )


def pii_folder(folder: Path) -> Path:
    """Where the PII rules are: a folder without any uses ours, because masking is never off."""
    own = folder / PII_FOLDER
    return own if own.exists() else PROJECT_PII


@lru_cache(maxsize=1)
def _project_pii() -> PiiRules:
    return load_pii_rules(PROJECT_PII)


def _centre(folder: Path, faults: list[str]) -> Centre:
    try:
        return load_centre(folder)
    except RuleFilesError as error:
        faults += error.faults
        return Centre()


def _pii(folder: Path, faults: list[str]) -> PiiRules | None:
    try:
        return _project_pii() if folder == PROJECT_PII else load_pii_rules(folder)
    except RuleFilesError as error:
        faults += error.faults
        return None


def rule_folders(folder: Path) -> Iterator[Path]:
    """The folder itself, as a few rules need no folders in it, and those in it that hold rules."""
    yield folder
    for path in sorted(folder.iterdir()):
        if path.is_dir() and path.name[0] not in "._" and not _is_other(path):
            yield path


def _is_other(folder: Path) -> bool:
    """Whether a folder beside those of rules holds something else: other data, or code."""
    return folder.name in OTHER_FOLDERS or (folder / "__init__.py").exists()


def _read_all(folder: Path, kind: type[_Record], faults: list[str]) -> list[Located[_Record]]:
    read = []
    faults += [f"{path}:1: nobody reads .yml; expected .yaml" for path in folder.glob("*.yml")]
    for path in _yaml_files(folder):
        try:
            read.append(read_located(path, kind))
        except RuleFilesError as error:
            faults += error.faults
    return read


def _yaml_files(folder: Path) -> list[Path]:
    return [path for path in versioned_files(folder) if path.name != CENTRE_NAME]


def _in_order(rules: tuple[Rule, ...]) -> tuple[Rule, ...]:
    """Each rule after those that any version of it refers to; otherwise by id and version."""
    versions: dict[str, list[Rule]] = {}
    for rule in rules:
        versions.setdefault(rule.id, []).append(rule)
    graph = {
        rule_id: sorted(frozenset().union(*(rule.rule_references() for rule in rules)))
        for rule_id, rules in versions.items()
    }
    order = TopologicalSorter(graph).static_order()
    return tuple(rule for rule_id in order for rule in versions[rule_id])


def _hash(folder: Path) -> str:
    digest = hashlib.sha256()
    for name, path in sorted(_judging_files(folder)):
        digest.update(f"{name}\n".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()


def _judging_files(folder: Path) -> Iterator[tuple[str, Path]]:
    """Every file that judges calls, with a name that does not depend on where the folder is."""
    for part in (*rule_folders(folder), folder / SCORECARD_FOLDER):
        for path in _yaml_files(part):
            yield path.relative_to(folder).as_posix(), path
    for outer in (pii_folder(folder), LANGUAGES):
        for path in versioned_files(outer):
            yield path.relative_to(outer.parent).as_posix(), path
    if (folder / CENTRE_NAME).exists():
        yield CENTRE_NAME, folder / CENTRE_NAME
