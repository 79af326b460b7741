"""All types of personal data: every version, and which of them are in force on a day."""

from __future__ import annotations

from dataclasses import dataclass, field
from typing import TYPE_CHECKING

from qa_rules.errors import RuleFilesError
from qa_rules.pii_detection.types.own_contacts import NO_CONTACTS
from qa_rules.pii_detection.types.pii_type import PiiRule
from qa_rules.strict_yaml import Located, read_located
from qa_rules.versions import (
    Status,
    in_succession,
    is_earlier,
    name_faults,
    version_faults,
    versioned_files,
)

if TYPE_CHECKING:
    import datetime as dt
    from collections.abc import Mapping
    from pathlib import Path

    from qa_rules.pii_detection.types.own_contacts import OwnContacts
    from qa_rules.pii_detection.types.pii_type import Cues


_PER_LANGUAGE = {
    "languages": "phrases that name the type in it",
    "examples": "sentences to hit and to miss in it",
    "regions": "the countries whose telephone numbers are given in it",
}


def _has(rule: PiiRule, key: str) -> bool:
    """Whether a key is needed in each language; countries are for telephone numbers only."""
    return key != "regions" or bool(rule.regions)


@dataclass(frozen=True, slots=True, eq=False)
class PiiRules:
    """All detectors.

    Attributes:
        by_id: The current version of each, in order of their ids.
        versions: Every version, by id and number, each until the next one begins; none if those of
            `by_id` are always in force.
        files: The same with their lines.
        contacts: How the centre itself is reached.
        centre_names: Words of the centre's own names, which are not personal data.
    """

    by_id: Mapping[str, PiiRule]
    versions: tuple[PiiRule, ...] = ()
    files: tuple[Located[PiiRule], ...] = ()
    contacts: OwnContacts = NO_CONTACTS
    centre_names: frozenset[str] = frozenset()
    _of_days: dict[tuple[tuple[str, int], ...], PiiRules] = field(default_factory=dict)

    def of_centre(self, contacts: OwnContacts, names: frozenset[str]) -> PiiRules:
        """The same types for a centre; the same object where nothing changes."""
        if (contacts, names) == (self.contacts, self.centre_names):
            return self
        return PiiRules(self.by_id, self.versions, self.files, contacts, names)

    def cues(self, language: str) -> Mapping[str, Cues]:
        """The cues of every type in one language."""
        return {
            type_: rule.languages[language]
            for type_, rule in self.by_id.items()
            if language in rule.languages
        }

    def names_all_in(self, language: str) -> bool:
        """Whether every type has cues in a language; otherwise all languages are searched."""
        return all(language in rule.languages for rule in self.by_id.values())

    def gaps(self, language: str) -> list[str]:
        """What the current types lack in a language, as `path:line: what; expected what`."""
        return [
            located.fault((key, language), f"no `{key}.{language}`; expected {expected}")
            for located in self.files
            if not is_earlier(located) and located.record.status is not Status.DRAFT
            for key, expected in _PER_LANGUAGE.items()
            if language not in getattr(located.record, key) and _has(located.record, key)
        ]

    def on(self, day: dt.date) -> PiiRules:
        """The detectors in force on a day, the same object for the same versions.

        No call is too old to be masked: before its first version, a type has that version.
        """
        if not self.versions:
            return self
        begins: dict[str, dt.date] = {}
        for rule in self.versions:
            if rule.status is Status.ACTIVE:
                begins.setdefault(rule.id, rule.effective_from)
        held = {
            rule.id: rule
            for rule in self.versions
            if rule.id in begins and rule.in_force(max(day, begins[rule.id]))
        }
        keys = tuple(rule.key for rule in held.values())
        if keys == tuple(rule.key for rule in self.by_id.values()):
            return self
        return self._of_days.setdefault(
            keys, PiiRules(held).of_centre(self.contacts, self.centre_names)
        )


def load_pii_rules(folder: Path) -> PiiRules:
    """Read every version of every type in a folder; drafts are left out.

    Raises:
        RuleFilesError: With every error of every file.
    """
    files: list[Located[PiiRule]] = []
    faults: list[str] = []
    for path in versioned_files(folder):
        try:
            files.append(read_located(path, PiiRule))
        except RuleFilesError as error:
            faults += error.faults
    if not files and not faults:
        faults.append(f"{folder}:1: no rule files; expected one `*.yaml` for each type of PII")
    faults += [fault for located in files for fault in name_faults(located)]
    if faults or (faults := version_faults(files)):
        raise RuleFilesError(faults)
    versions = in_succession(located.record for located in files)
    newest = {rule.id: rule for rule in versions if rule.status is not Status.DRAFT}
    current = {id_: rule for id_, rule in newest.items() if rule.status is Status.ACTIVE}
    return PiiRules(current, versions, tuple(files))
