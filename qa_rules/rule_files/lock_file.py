"""The lock file of a rules folder: the hash of each version, and retired ids.

Findings refer to rule versions, so a change that affects verdicts needs a new version, and a
retired id is never used again.
"""

from __future__ import annotations

import hashlib
import io
import json
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field
from ruamel.yaml import YAML

from qa_rules.strict_yaml import StrictRecord, read_record
from qa_rules.versions import EARLIER_FOLDER, Status, is_earlier

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from qa_rules.versions import VersionedFile, VersionedRecord

LOCK_NAME = "rules.lock"
_HEADER = (
    "# Written by `callqa rules lock`. It detects edits without a new version; see README.md.\n"
)
_JUDGES_NOTHING = frozenset(
    {"title", "title_failed", "titles", "why", "coaching", "examples", "status", "tags"}
)
"""Keys that do not affect verdicts: texts for people and tags may be edited at any time."""


Sha256 = Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class Locked(StrictRecord):
    """A locked rule, scorecard or type of personal data.

    Attributes:
        version: The current one.
        sha256: Hash of the current version.
        earlier: Hashes of earlier versions, by number.
    """

    version: int
    sha256: Sha256
    earlier: dict[Annotated[str, Field(pattern="^[0-9]+$")], Sha256] = Field(default_factory=dict)

    @property
    def versions(self) -> dict[int, str]:
        """Hashes of all locked versions, by number."""
        earlier = {int(number): sha256 for number, sha256 in self.earlier.items()}
        return {**earlier, self.version: self.sha256}


class Lock(StrictRecord):
    """All locked records by id, and the retired ids."""

    locked: dict[str, Locked] = Field(default_factory=dict)
    retired: tuple[str, ...] = ()


def load_lock(folder: Path) -> Lock | None:
    """Read the lock file of a folder; None if there is none.

    Raises:
        RuleFilesError: The lock file cannot be read.
    """
    path = folder / LOCK_NAME
    return read_record(path, Lock) if path.exists() else None


def lock_faults(lock: Lock, records: Sequence[VersionedFile]) -> list[str]:
    """Edits without a new version, decreasing versions, gaps between them, and reused ids."""
    faults = [fault for located in records for fault in _faults_of(located, lock)]
    return faults + [fault for located in records for fault in _gaps(located, lock, records)]


def _gaps(located: VersionedFile, lock: Lock, records: Sequence[VersionedFile]) -> Iterator[str]:
    """A new version whose number is not the next one after those that exist."""
    record, locked = located.record, lock.locked.get(located.record.id)
    known = set(locked.versions) if locked else set()
    if is_earlier(located) or record.version in known or record.status is Status.RETIRED:
        return
    known |= {item.record.version for item in records if item.record.id == record.id}
    before = max((version for version in known if version < record.version), default=None)
    if before is not None and before + 1 < record.version:
        what = f"version {record.version} after {before}; expected version {before + 1}"
        yield located.fault(("version",), what)


def missing_faults(folder: Path, lock: Lock, records: Sequence[VersionedFile]) -> list[str]:
    """Locked ids and earlier versions whose files are missing."""
    ids = {located.record.id for located in records}
    place = f"{folder / LOCK_NAME}:1"
    faults = [
        f"{place}: `{name}` has no file; expected it, or `callqa rules lock` to retire it"
        for name in sorted(lock.locked.keys() - ids)
    ]
    kept = {(located.record.id, located.record.version) for located in records}
    for located in records:
        record = located.record
        locked = lock.locked.get(record.id)
        for number in sorted(locked.versions) if locked and not is_earlier(located) else ():
            if number < record.version and (record.id, number) not in kept:
                file = f"{EARLIER_FOLDER}/{record.id}@{number}.yaml"
                what = f"version {number} has no file, but calls of its time; expected {file}"
                fault = f"{what}, or `callqa rules lock` to drop it"
                faults.append(located.fault(("version",), fault))
    return faults


def write_lock(folder: Path, records: Sequence[VersionedFile]) -> None:
    """Lock every version except drafts, and retire the ids whose files are gone."""
    before = load_lock(folder) or Lock()
    current = {item.record.id: item.record.status for item in records if not is_earlier(item)}
    live: dict[str, dict[int, str]] = {}
    for record in sorted((item.record for item in records), key=lambda item: item.version):
        if record.status is Status.ACTIVE and current.get(record.id) is not Status.RETIRED:
            live.setdefault(record.id, {})[record.version] = _hash(record)
    drafts = {name for name, status in current.items() if status is Status.DRAFT}
    retired = sorted({*before.retired, *(before.locked.keys() - live.keys() - drafts)})
    locked = {name: _entry(live[name]) for name in sorted(live)}
    text = io.StringIO()
    YAML().dump({"locked": locked, "retired": retired}, text)
    (folder / LOCK_NAME).write_text(_HEADER + text.getvalue(), encoding="utf-8")


def _entry(versions: dict[int, str]) -> dict[str, Any]:
    """The hashes in order of version, as in the lock file."""
    *earlier, current = versions
    entry: dict[str, Any] = {"version": current, "sha256": versions[current]}
    return {**entry, "earlier": {n: versions[n] for n in earlier}} if earlier else entry


def _faults_of(located: VersionedFile, lock: Lock) -> Iterator[str]:
    record = located.record
    if record.status is Status.RETIRED:
        return
    if record.id in lock.retired and not is_earlier(located):
        yield located.fault(("id",), f"id `{record.id}` is retired; expected a new id")
        return
    locked = lock.locked.get(record.id)
    if locked is None or record.status is Status.DRAFT:
        return
    known = locked.versions.get(record.version)
    if known and known != _hash(record):
        expected = f"expected version {locked.version + 1}"
        if is_earlier(located):
            expected = "expected it as it was"
        what = f"edited, but still version {record.version}; {expected}"
        yield located.fault(("version",), what)
    elif not is_earlier(located) and record.version < locked.version:
        what = f"version {record.version} after {locked.version}; expected a higher one"
        yield located.fault(("version",), what)


def _hash(record: VersionedRecord) -> str:
    """Hash of everything that affects verdicts."""
    said = _judging(record.model_dump(mode="json", exclude_unset=True))
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def _judging(node: Any) -> Any:
    """The data without texts for people and without containers that are then empty."""
    if isinstance(node, dict):
        kept = {key: _judging(node[key]) for key in node.keys() - _JUDGES_NOTHING}
        return {key: value for key, value in kept.items() if value != {}}
    return [_judging(item) for item in node] if isinstance(node, list) else node
