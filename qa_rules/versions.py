"""Versions of rules, scorecards and types of personal data, each in a file of its own.

The file of the current version is named after the id. Earlier versions are in the folder `earlier`,
as `id@1.yaml`, and judge the calls of their time. A version ends when the next one takes effect; a
draft never takes effect.
"""

from __future__ import annotations

import datetime as dt
from collections import defaultdict
from enum import StrEnum
from itertools import pairwise
from typing import TYPE_CHECKING, Annotated, Self, TypeVar

from pydantic import Field, model_validator

from qa_rules.strict_yaml import Located, StrictRecord

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Sequence
    from pathlib import Path

EARLIER_FOLDER = "earlier"


class Status(StrEnum):
    """The status of a version; only active ones are applied to calls."""

    DRAFT = "draft"
    ACTIVE = "active"
    RETIRED = "retired"


class VersionedRecord(StrictRecord):
    """The keys that all versioned files share."""

    id: str
    version: Annotated[int, Field(ge=1)]
    status: Annotated[Status, Field(strict=False)] = Status.ACTIVE
    effective_from: dt.date
    effective_until: dt.date | None = None

    @model_validator(mode="after")
    def _lives_forward(self) -> Self:
        if self.effective_until and self.effective_until <= self.effective_from:
            raise ValueError(f"`effective_until` after `effective_from`, {self.effective_from}")
        return self

    @property
    def key(self) -> tuple[str, int]:
        """Id and version."""
        return self.id, self.version

    def in_force(self, day: dt.date) -> bool:
        """Whether it is in force on this day."""
        return (
            self.status is Status.ACTIVE
            and self.effective_from <= day
            and (self.effective_until is None or day < self.effective_until)
        )


VersionedFile = Located[VersionedRecord]
Versioned = TypeVar("Versioned", bound=VersionedRecord)


def versioned_files(folder: Path) -> list[Path]:
    """The files of a folder, earlier versions last."""
    return [*sorted(folder.glob("*.yaml")), *sorted(folder.glob(f"{EARLIER_FOLDER}/*.yaml"))]


def is_earlier(located: VersionedFile) -> bool:
    """Whether a file is an earlier version."""
    return located.path.parent.name == EARLIER_FOLDER


def _file_stem(located: VersionedFile) -> str:
    record = located.record
    return f"{record.id}@{record.version}" if is_earlier(located) else record.id


def name_faults(located: VersionedFile) -> Iterator[str]:
    """Mismatches of file name, id and version."""
    stem, wanted = located.path.stem, _file_stem(located)
    if is_earlier(located) and stem != wanted:
        what = (
            f"the file is called {located.path.name}; expected {wanted}.yaml, after id and version"
        )
        yield located.fault(("version",), what)
    elif stem != wanted:
        yield located.fault(("id",), f"`id` is {wanted!r}; expected {stem!r}, the name of the file")


def in_succession(records: Iterable[Versioned]) -> tuple[Versioned, ...]:
    """All versions by id and number, each ending when the next one takes effect."""
    versions: list[Versioned] = []
    begins: dict[str, dt.date] = {}
    for record in sorted(records, key=lambda record: (record.id, record.version), reverse=True):
        ends = min(filter(None, (record.effective_until, begins.get(record.id))), default=None)
        versions.append(record.model_copy(update={"effective_until": ends}))
        if record.status is not Status.DRAFT:
            begins[record.id] = record.effective_from
    return tuple(reversed(versions))


def version_faults(files: Sequence[VersionedFile]) -> list[str]:
    """Versions without a current one, duplicates, and overlaps in time."""
    by_id: dict[str, list[VersionedFile]] = defaultdict(list)
    for located in files:
        by_id[located.record.id].append(located)
    return [fault for versions in by_id.values() for fault in _faults(versions)]


def _faults(files: Sequence[VersionedFile]) -> Iterator[str]:
    current = [located for located in files if not is_earlier(located)]
    earlier = [located for located in files if is_earlier(located)]
    for located in current[1:]:
        what = f"id `{located.record.id}` is also used by {current[0].path}; expected each id once"
        yield located.fault(("id",), what)
    for located in earlier:
        record = located.record
        if not current:
            what = f"`{record.id}` has no current version; expected {record.id}.yaml one folder up"
            yield located.fault(("id",), what)
        elif record.version >= current[0].record.version:
            what = f"version {record.version} is not before the current one"
            fault = f"{what}; expected one below {current[0].record.version}"
            yield located.fault(("version",), fault)
    judging = [located for located in files if located.record.status is not Status.DRAFT]
    for older, newer in pairwise(sorted(judging, key=lambda located: located.record.version)):
        yield from _overlaps(older, newer)


def _overlaps(older: VersionedFile, newer: VersionedFile) -> Iterator[str]:
    """Overlaps of two consecutive versions in time."""
    before, after = older.record, newer.record
    if before.version == after.version:
        return
    if after.effective_from <= before.effective_from:
        what = f"`effective_from` is {after.effective_from}, not after that of version"
        fault = f"{what} {before.version}; expected a day after {before.effective_from}"
        yield newer.fault(("effective_from",), fault)
    elif before.effective_until and before.effective_until > after.effective_from:
        what = f"`effective_until` is {before.effective_until}, when version {after.version} judges"
        fault = f"{what}; expected {after.effective_from}, when that begins, or an earlier day"
        yield older.fault(("effective_until",), fault)
