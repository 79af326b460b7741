"""Load a folder of rule files, or report all of its errors."""

from __future__ import annotations

import datetime as dt
from dataclasses import dataclass, replace
from functools import lru_cache
from typing import TYPE_CHECKING, TypeVar

from models.language.pack import spoken_languages
from qa_rules.errors import RuleFilesError
from qa_rules.pii_detection.types.catalogue import PiiRules, load_pii_rules
from qa_rules.rule_files.centre import COMPANY, Centre, load_centre
from qa_rules.rule_files.cross_checks import rule_faults, scorecard_faults
from qa_rules.rule_files.folder import (
    PROJECT_PII,
    SCORECARD_FOLDER,
    content_sha256,
    masking_sha256,
    pii_folder,
    rule_folders,
    rule_paths,
)
from qa_rules.rule_files.rule import Rule, in_order
from qa_rules.rule_files.scorecard import Scorecard
from qa_rules.rule_files.tags import Tag, load_tags
from qa_rules.strict_yaml import Located, StrictRecord, read_located
from qa_rules.versions import (
    Status,
    Versioned,
    VersionedFile,
    in_succession,
    version_faults,
)

if TYPE_CHECKING:
    from collections.abc import Callable, Mapping, Sequence
    from pathlib import Path

    from qa_rules.results import Finding

_REMEMBERED_BOOKS = 8

_Read = TypeVar("_Read")
_Record = TypeVar("_Record", bound=StrictRecord)


@dataclass(frozen=True, eq=False, kw_only=True)
class RuleBook:
    """All rules, scorecards and detectors with which calls are evaluated.

    Attributes:
        rules: Every version, the current one last, each after those rules whose outcome or
            places it needs.
        scorecards: Every version, by id, the current one last.
        pii: How personal data is found.
        centre: The contact centre's languages and names.
        tags: The tags that rules may carry, by name.
        sha256: Hash of all rule files' names and contents, wherever the folder is.
        masking_sha256: Hash of those of them that decide what is masked.
    """

    rules: tuple[Rule, ...]
    scorecards: tuple[Scorecard, ...]
    pii: PiiRules
    centre: Centre
    tags: Mapping[str, Tag]
    sha256: str
    masking_sha256: str

    def in_force(self, day: dt.date) -> tuple[Rule, ...]:
        """The rules in force on a day."""
        return tuple(rule for rule in self.rules if rule.in_force(day))

    def title_of(self, finding: Finding) -> str:
        """The title of a finding, by the version of the rule that made it."""
        key = finding.rule_id, finding.rule_version
        return next(rule for rule in self.rules if rule.key == key).title_of(finding)

    def as_of(self, day: dt.date) -> RuleBook:
        """A copy in which the versions of one day are in force on every day."""
        return replace(
            self,
            rules=tuple(map(_always, self.in_force(day))),
            scorecards=tuple(_always(card) for card in self.scorecards if card.in_force(day)),
            pii=PiiRules(self.pii.on(day).by_id).of_centre(
                self.pii.contacts, self.pii.centre_names
            ),
        )

    def for_company(self, names: Sequence[str]) -> RuleBook:
        """A copy that looks for another company, by its name and variants of it."""
        variables = {**self.centre.variables, COMPANY: tuple(names)}
        centre = self.centre.model_copy(update={"variables": variables})
        pii = self.pii.of_centre(centre.own_contacts, centre.name_words)
        return replace(self, centre=centre, pii=pii)

    def with_drafts(self) -> RuleBook:
        """A copy in which drafts are in force on every day, instead of their other versions."""
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
        pii: How personal data is found; by the bundled types where the folder has none of its own.
        tags: The tags that rules may carry, by name.
        rules: Every version.
        scorecards: Every version.
    """

    folder: Path
    centre: Centre
    pii: PiiRules
    tags: Mapping[str, Tag]
    rules: tuple[Located[Rule], ...]
    scorecards: tuple[Located[Scorecard], ...]

    @property
    def records(self) -> tuple[VersionedFile, ...]:
        """Everything that the folder's lock file covers: rules, scorecards, PII types."""
        own = (located for located in self.pii.files if located.path.is_relative_to(self.folder))
        return (*self.rules, *self.scorecards, *own)


def load_rulebook(folder: Path) -> RuleBook:
    """Read all rule files of a folder; files that have not changed are read once per process.

    Everything that is compiled from a rule book is kept with it, so it is made only once, too.

    Raises:
        RuleFilesError: Lists all errors as `path:line: what; expected what`.
    """
    not_read = frozenset(folder.rglob("*.yml"))  # an error, though they affect no result
    return _rulebook(folder, content_sha256(folder), not_read)


@lru_cache(maxsize=_REMEMBERED_BOOKS)
def _rulebook(folder: Path, _content: str, _not_read: frozenset[Path]) -> RuleBook:
    return rulebook_of(read_rule_files(folder))


def rulebook_of(files: RuleFiles) -> RuleBook:
    """The rules of files that were read."""
    return RuleBook(
        rules=in_order(in_succession(located.record for located in files.rules)),
        scorecards=in_succession(located.record for located in files.scorecards),
        pii=files.pii,
        centre=files.centre,
        tags=files.tags,
        sha256=content_sha256(files.folder),
        masking_sha256=masking_sha256(files.folder),
    )


def read_rule_files(folder: Path) -> RuleFiles:
    """Read and check all rule files of a folder, and keep where their keys stand.

    Raises:
        RuleFilesError: Lists all errors as `path:line: what; expected what`.
    """
    files = read_each_file(folder)
    faults: list[str] = []
    for language in sorted(set(files.centre.languages).intersection(spoken_languages())):
        faults += files.pii.gaps(language)
    faults += rule_faults(files.rules, files.centre, frozenset(files.pii.by_id), files.tags)
    faults += scorecard_faults(files.scorecards, files.rules)
    faults += version_faults([*files.rules, *files.scorecards, *files.pii.files])
    if faults:
        raise RuleFilesError(faults)
    return files


def read_each_file(folder: Path) -> RuleFiles:
    """Read all rule files of a folder one by one.

    Raises:
        RuleFilesError: With every error that a file has on its own.
    """
    faults: list[str] = []
    centre, tags = (
        _read(load_centre, folder, faults) or Centre(),
        _read(load_tags, folder, faults) or {},
    )
    pii = _read(_pii, pii_folder(folder), faults)
    rules = [located for path in rule_folders(folder) for located in _read_all(path, Rule, faults)]
    cards = _read_all(folder / SCORECARD_FOLDER, Scorecard, faults)
    # Checks across files need all of them to be readable.
    if faults or pii is None:
        raise RuleFilesError(faults)
    return RuleFiles(
        folder=folder,
        centre=centre,
        pii=pii.of_centre(centre.own_contacts, centre.name_words),
        tags=tags,
        rules=tuple(rules),
        scorecards=tuple(cards),
    )


@lru_cache(maxsize=1)
def _project_pii() -> PiiRules:
    return load_pii_rules(PROJECT_PII)


def _pii(folder: Path) -> PiiRules:
    return _project_pii() if folder == PROJECT_PII else load_pii_rules(folder)


def _read(load: Callable[[Path], _Read], folder: Path, faults: list[str]) -> _Read | None:
    try:
        return load(folder)
    except RuleFilesError as error:
        faults += error.faults
        return None


def _read_all(folder: Path, kind: type[_Record], faults: list[str]) -> list[Located[_Record]]:
    read = []
    faults += [
        f"{path}:1: .yml files are not read; expected .yaml" for path in folder.glob("*.yml")
    ]
    for path in rule_paths(folder):
        try:
            read.append(read_located(path, kind))
        except RuleFilesError as error:
            faults += error.faults
    return read
