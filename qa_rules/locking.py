"""The lock of a rules folder: what each rule said under its version, and which ids are spent.

A version that says two things would make old findings lie, so an edit that changes what a rule
judges needs a new version, and an id that was retired never means anything else.
"""

from __future__ import annotations

import hashlib
import io
import json
from typing import TYPE_CHECKING, Annotated, Any

from pydantic import Field
from ruamel.yaml import YAML

from qa_rules.reading import Located, StrictRecord, read_record
from qa_rules.rulefile import Rule, Status

if TYPE_CHECKING:
    from collections.abc import Iterator, Sequence
    from pathlib import Path

    from qa_rules.scorecardfile import Scorecard

    LockedFile = Located[Rule] | Located[Scorecard]

LOCK_NAME = "rules.lock"
_HEADER = "# Written by `callqa rules lock`. It keeps versions honest; see README.md.\n"
_JUDGES_NOTHING = frozenset({"title", "titles", "why", "coaching", "examples", "status"})
"""Keys whose change changes no verdict: texts for people may be worded better at any time."""


class Locked(StrictRecord):
    """One version of a rule or scorecard, as it was when it was locked."""

    version: int
    sha256: Annotated[str, Field(pattern="^[0-9a-f]{64}$")]


class Lock(StrictRecord):
    """All that is locked, by id, and the ids that must not come back."""

    locked: dict[str, Locked] = Field(default_factory=dict)
    retired: tuple[str, ...] = ()


def load_lock(folder: Path) -> Lock | None:
    """Read the lock of a folder; None if it has none.

    Raises:
        RuleFilesError: The lock cannot be read.
    """
    path = folder / LOCK_NAME
    return read_record(path, Lock) if path.exists() else None


def lock_faults(lock: Lock, records: Sequence[LockedFile]) -> list[str]:
    """Edits without a new version, versions that go back, retired ids that come back."""
    return [fault for located in records for fault in _faults_of(located, lock)]


def missing_faults(lock: Lock, records: Sequence[LockedFile]) -> list[str]:
    """Locked ids that have no file any more."""
    gone = set(lock.locked) - {located.record.id for located in records}
    return [
        f"{LOCK_NAME}:1: `{name}` has no file; expected it, or `callqa rules lock` to retire it"
        for name in sorted(gone)
    ]


def write_lock(folder: Path, records: Sequence[LockedFile]) -> None:
    """Lock every active record as it is now, and retire the ids that are gone."""
    before = load_lock(folder) or Lock()
    live = {item.record.id: item.record for item in records if item.record.status is Status.ACTIVE}
    drafts = {item.record.id for item in records if item.record.status is Status.DRAFT}
    retired = sorted({*before.retired, *(set(before.locked) - set(live) - drafts)})
    locked = {
        name: {"version": live[name].version, "sha256": _hash(live[name])} for name in sorted(live)
    }
    text = io.StringIO()
    YAML().dump({"locked": locked, "retired": retired}, text)
    (folder / LOCK_NAME).write_text(_HEADER + text.getvalue(), encoding="utf-8")


def _faults_of(located: LockedFile, lock: Lock) -> Iterator[str]:
    record = located.record
    if record.status is Status.RETIRED:
        return
    if record.id in lock.retired:
        yield located.fault(("id",), f"id `{record.id}` is retired; expected one never used before")
        return
    locked = lock.locked.get(record.id)
    if locked is None or record.status is Status.DRAFT:
        return
    if record.version < locked.version:
        what = f"version {record.version} after {locked.version}; expected a higher one"
        yield located.fault(("version",), what)
    elif record.version == locked.version and _hash(record) != locked.sha256:
        what = f"edited, but still version {locked.version}; expected version {locked.version + 1}"
        yield located.fault(("version",), what)


def _hash(record: Rule | Scorecard) -> str:
    """Hash of what judges calls."""
    said = _judging(record.model_dump(mode="json", exclude_unset=True))
    return hashlib.sha256(json.dumps(said, sort_keys=True).encode()).hexdigest()


def _judging(node: Any) -> Any:
    """The same without texts for people, and without what then holds nothing."""
    if isinstance(node, dict):
        kept = {key: _judging(node[key]) for key in node.keys() - _JUDGES_NOTHING}
        return {key: value for key, value in kept.items() if value != {}}
    return [_judging(item) for item in node] if isinstance(node, list) else node
