"""Original recordings: which may be deleted, and their deletion on request."""

from __future__ import annotations

import hashlib
from enum import StrEnum
from itertools import takewhile
from pathlib import Path
from typing import TYPE_CHECKING, NamedTuple, Protocol

from flows.errors import FlowsError
from flows.governance.audit import Act, Outcome, record
from flows.governance.holds import holds_of
from flows.sources.centre.found_files import Locator
from flows.sources.centre.key import HomeKey
from flows.sources.day_folder import DAY
from flows.stores.listed import listed
from warehouse.files import sha256_of
from warehouse.query.kept_paths import Original, originals
from warehouse.query.reader import open_snapshot
from warehouse.snapshot.publish import current_snapshot

if TYPE_CHECKING:
    from collections.abc import Sequence
    from datetime import date

    from flows.settings.centre import Settings

UNPROVEN = "unproven"


class State(StrEnum):
    """What becomes of an original."""

    DELETABLE = "deletable"
    UNPROVEN = UNPROVEN  # its redacted copy was not proven: deleted only if that is asked for
    GONE = "gone"
    HELD = "held"  # by a legal hold
    CHANGED = "changed"  # it is not the file that was evaluated
    OUTSIDE = "outside"  # not a file in the source folder itself
    IN_STORE = "in_store"  # by URL: delete it there


class Heard(Protocol):
    """A recording that was evaluated; what knows calls has these fields."""

    @property
    def call_id(self) -> str:
        """The call."""

    @property
    def recording_path(self) -> str:
        """What is kept of its path."""

    @property
    def audio_sha256(self) -> str:
        """Hash of what was evaluated."""


class Candidate(NamedTuple):
    """An original that may have to be deleted.

    Attributes:
        original: The recording.
        state: What becomes of it.
        files: Its file, or its two files.
    """

    original: Heard
    state: State
    files: tuple[Path, ...] = ()


class Originals:
    """The original recordings of a centre, as far as they can be seen from here.

    Args:
        settings: Settings of the centre.
    """

    def __init__(self, settings: Settings) -> None:
        self._locate = Locator(HomeKey(settings.home), listed)
        self._root = source_root(settings)
        self._audio = settings.audio

    def files(self, one: Heard) -> tuple[tuple[Path, ...], bool]:
        """Its files that are there, and whether they are in a store.

        Raises:
            FlowsError: The key is another one than that which hid the names.
        """
        path = self._locate(one.recording_path)
        if path is None:
            raise FlowsError("customers.key is not the key that hid the names; restore it")
        return tuple(map(Path, self._locate.files(path))), "://" in path

    def candidate(self, one: Heard, *, is_held: bool, is_proven: bool) -> Candidate:
        """What becomes of an original; only one that could be deleted is read."""
        files, is_in_store = self.files(one)
        if not files:
            return Candidate(one, State.GONE)
        if is_in_store:
            return Candidate(one, State.IN_STORE)
        if is_held:
            return Candidate(one, State.HELD, files)
        if not is_proven:
            return Candidate(one, State.UNPROVEN, files)
        return Candidate(one, state_of(one, files, self._root), files)

    def has_proven_copy(
        self, call_id: str, call_date: date, *, restricted: bool, was_removed: bool
    ) -> bool:
        """Whether a copy that was proven is there, or was removed by the retention policy."""
        folder = self._audio.restricted if restricted else self._audio
        return was_removed or folder.path_on(call_date, call_id).exists()


def known_originals(warehouse: Path) -> list[Original]:
    """The originals that a published warehouse knows; none without one."""
    if current_snapshot(warehouse) is None:
        return []
    with open_snapshot(warehouse) as snapshot:
        return originals(snapshot)


def candidates(settings: Settings, *, unproven: bool = False) -> list[Candidate]:
    """Every original with card data, also of restricted calls, and whether it may be deleted.

    Args:
        settings: Settings of the centre.
        unproven: Instead of these, those whose redacted copy was not proven, with card data or not.

    Raises:
        FlowsError: The key is another one than that which hid the names.
        WarehouseError: Nothing is published yet.
    """
    with open_snapshot(settings.warehouse) as snapshot:
        found = originals(snapshot)
    found += known_originals(settings.site.restricted.root / "warehouse")
    held, here = holds_of(settings).of_all(found), Originals(settings)
    chosen = []
    for one in found:
        proven = one.is_copy_proven and here.has_proven_copy(
            one.call_id,
            one.call_date,
            restricted=one.restricted,
            was_removed=one.is_copy_removed,
        )
        if not proven if unproven else one.has_card_data:
            is_held = one.call_id in held
            chosen.append(here.candidate(one, is_held=is_held, is_proven=proven or unproven))
    return chosen


def delete(
    settings: Settings,
    chosen: Sequence[Candidate],
    *,
    is_unproven: bool = False,
    why: tuple[str, ...] = (),
) -> int:
    """Delete originals that may be; each is looked at again, and told in the audit trail.

    Args:
        settings: Settings of the centre.
        chosen: The originals.
        is_unproven: Whether their redacted copies were not proven.
        why: Further codes for the audit trail.

    Returns:
        Number of deleted originals.
    """
    root, count = source_root(settings), 0
    why = (*why, *((UNPROVEN,) if is_unproven else ()))
    for one in chosen:
        calls, hashes = (one.original.call_id,), (one.original.audio_sha256,)
        facts = {"calls": calls, "files": hashes, "why": why}
        if one.state is State.DELETABLE and state_of(one.original, one.files, root) is one.state:
            record(settings.home, Act.ORIGINALS_DELETED, outcome=Outcome.PLANNED, **facts)
            for file in one.files:
                file.unlink()
            record(settings.home, Act.ORIGINALS_DELETED, **facts)
            count += 1
    return count


def state_of(one: Heard, files: Sequence[Path], root: Path) -> State:
    """Whether files in the source are the recording that was evaluated."""
    if not all(file.resolve().parent == file.parent.resolve() for file in files):
        return State.OUTSIDE  # a link
    if not all(file.resolve().is_relative_to(root) for file in files):
        return State.OUTSIDE
    try:
        hashes = [sha256_of(file) for file in files]
    except OSError:
        return State.GONE
    found = hashes[0]
    if len(hashes) > 1:  # as of two sides, `flows.sources.opening` computes it
        found = hashlib.sha256("".join(hashes).encode()).hexdigest()
    return State.DELETABLE if found == one.audio_sha256 else State.CHANGED


def source_root(settings: Settings) -> Path:
    """The source, or the folder of its day folders."""
    return Path(*takewhile(lambda part: DAY not in part, settings.source.parts)).resolve()
