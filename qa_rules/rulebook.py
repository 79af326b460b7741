"""Load a folder of rule files: every rule, scorecard and PII rule, or every fault at once."""

from __future__ import annotations

import hashlib
from dataclasses import dataclass
from functools import lru_cache
from graphlib import TopologicalSorter
from pathlib import Path
from typing import TYPE_CHECKING, TypeVar

from qa_rules.centre import LANGUAGES, Centre, load_centre, load_language
from qa_rules.compiling import CompiledRules, compile_rules
from qa_rules.crosschecks import rule_faults, scorecard_faults
from qa_rules.errors import RuleFilesError
from qa_rules.pii_rules import PiiRules, load_pii_rules
from qa_rules.reading import Located, StrictRecord, read_located
from qa_rules.rulefile import Rule
from qa_rules.scorecardfile import Scorecard

if TYPE_CHECKING:
    import datetime as dt

RULE_FOLDERS = ("script", "conduct")
SCORECARD_FOLDER = "scorecards"
PII_FOLDER = "pii"
PROJECT_PII = Path(__file__).parent / PII_FOLDER

_Record = TypeVar("_Record", bound=StrictRecord)


@dataclass(frozen=True, eq=False, kw_only=True)
class RuleBook:
    """Everything that judges calls.

    Attributes:
        rules: Each after the rules whose outcome or places it needs.
        scorecards: By id.
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

    def compiled(self, language: str) -> CompiledRules:
        """All rules ready to judge calls in a language; compiled once."""
        return _compiled(self, language)


@lru_cache(maxsize=32)
def _compiled(rulebook: RuleBook, language: str) -> CompiledRules:
    lexicon = load_language(language).lexicon()
    return compile_rules(rulebook.rules, language, rulebook.centre, lexicon)


@dataclass(frozen=True, kw_only=True)
class RuleFiles:
    """The files of a rules folder, read one by one; each record knows its lines."""

    centre: Centre
    pii: PiiRules
    rules: tuple[Located[Rule], ...]
    scorecards: tuple[Located[Scorecard], ...]

    @property
    def records(self) -> tuple[Located[Rule] | Located[Scorecard], ...]:
        """Rules and scorecards together."""
        return (*self.rules, *self.scorecards)


def load_rulebook(folder: Path) -> RuleBook:
    """Read all rule files of a folder.

    Raises:
        RuleFilesError: With every fault of every file, as `path:line: what; expected what`.
    """
    files = read_rule_files(folder)
    return RuleBook(
        rules=_in_order([located.record for located in files.rules]),
        scorecards=tuple(located.record for located in files.scorecards),
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
    rules = [located for name in RULE_FOLDERS for located in _read_all(folder / name, Rule, faults)]
    cards = _read_all(folder / SCORECARD_FOLDER, Scorecard, faults)
    # Rules that cannot be read would make sound ones look wrong that refer to them.
    if not faults and pii is not None:
        faults += rule_faults(rules, centre, frozenset(pii.by_id))
        faults += scorecard_faults(cards, rules)
    if faults or pii is None:
        raise RuleFilesError(faults)
    return RuleFiles(centre=centre, pii=pii, rules=tuple(rules), scorecards=tuple(cards))


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


def _read_all(folder: Path, kind: type[_Record], faults: list[str]) -> list[Located[_Record]]:
    read = []
    for path in sorted(folder.glob("*.yaml")):
        try:
            read.append(read_located(path, kind))
        except RuleFilesError as error:
            faults += error.faults
    return read


def _in_order(rules: list[Rule]) -> tuple[Rule, ...]:
    """Each rule after those it refers to; otherwise by id."""
    by_id = {rule.id: rule for rule in sorted(rules, key=lambda rule: rule.id)}
    graph = {rule.id: sorted(rule.rule_references()) for rule in by_id.values()}
    return tuple(by_id[rule_id] for rule_id in TopologicalSorter(graph).static_order())


def _hash(folder: Path) -> str:
    digest = hashlib.sha256()
    names = ("", *RULE_FOLDERS, SCORECARD_FOLDER)
    folders = [*(folder / name for name in names), pii_folder(folder), LANGUAGES]
    for path in (path for each in folders for path in sorted(each.glob("*.yaml"))):
        digest.update(f"{path.parent.name if path.parent != folder else ''}/{path.name}\n".encode())
        digest.update(hashlib.sha256(path.read_bytes()).digest())
    return digest.hexdigest()
