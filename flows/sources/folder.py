"""Scan a folder: match recordings with metadata, and quarantine what cannot be evaluated."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from datetime import UTC
from typing import TYPE_CHECKING, TypeAlias

from flows.errors import FlowsError
from flows.sources.calls_table import CSV_NAME
from flows.sources.custom_fields import FieldCounts, FieldScreen
from flows.sources.described import NO_RECORDING, OWN_FORMS, Reading, metadata_of
from flows.sources.duplicates import split_duplicates
from flows.sources.exports.matching import Origins
from flows.sources.file_names import (
    UNFINISHED_SUFFIXES,
    is_recording,
    may_be_recording,
    sides_by_shared_name,
)
from flows.sources.listing import list_items
from flows.sources.opening import Problem, join_sides, open_here, problem_of
from models.call import Call, Quarantined, QuarantineReason, Recording, marked
from models.limits import DEFAULT_LIMITS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
    from datetime import tzinfo
    from pathlib import Path

    from flows.sources.centre.customers import Customers
    from flows.sources.centre.kept_names import KeptNames
    from flows.sources.centre.personal_ids import PersonalIds
    from flows.sources.centre.roster import Roster
    from flows.sources.centre.vips import Vips
    from flows.sources.known_files import KnownFiles
    from flows.sources.opening import Opened
    from models.limits import Limits
    from qa_rules.pii_detection.types.catalogue import PiiRules

Pair: TypeAlias = tuple[Call, Recording]
Opener: TypeAlias = "Callable[[Sequence[Path], Limits], list[Opened]]"

_ANY_ERROR = (Exception,)  # one odd item never ends a run


@dataclass(frozen=True, slots=True)
class Intake:
    """All items of a source, each in exactly one of three groups.

    Attributes:
        ready: Calls with their recording, by start of the call.
        quarantined: Items that cannot be evaluated, with the reason.
        pending: Names of files that are still being written; the next run picks them up.
        not_kept: What of their metadata is not kept.
        origins: Where their metadata are from.
        described: What the metadata say, as they are given, by path of the item.
    """

    ready: tuple[Pair, ...]
    quarantined: tuple[Quarantined, ...]
    pending: tuple[str, ...]
    not_kept: FieldCounts = field(default_factory=FieldCounts)
    origins: Origins = field(default_factory=Origins)
    described: Mapping[Path, Call | Problem] = field(default_factory=dict)

    @property
    def seen(self) -> int:
        """Number of items seen: a recording with its metadata is one."""
        return len(self.ready) + len(self.quarantined) + len(self.pending)

    def completed(self, roster: Roster) -> Intake:
        """The same items, with what a roster knows of their agents."""
        ready = tuple((roster.completed(call), recording) for call, recording in self.ready)
        return replace(self, ready=ready)

    def screened(self, pii: PiiRules) -> Intake:
        """The same items, without personal data in the free text of their metadata."""
        screen = FieldScreen(pii, self.not_kept)
        ready = tuple((screen.screened(call), recording) for call, recording in self.ready)
        return replace(self, ready=ready)

    def hashed(self, customers: Customers, vips: Vips | None = None) -> Intake:
        """The same items, with keyed hashes for personal references of customers.

        Args:
            customers: Hashes references.
            vips: The customers whose calls are restricted; none if None.
        """
        said = (call for call in self.described.values() if isinstance(call, Call))
        calls = (*said, *(call for call, _ in self.ready))
        known = vips.restricted(calls) if vips else {call.call_id: call for call in calls}
        restricted = {call_id for call_id, call in known.items() if call.restricted}
        ready, forms = [], self.origins.forms
        for call, one in self.ready:
            is_exported = forms.get(one.path) not in OWN_FORMS
            ready.append((customers.hidden(known[call.call_id], is_exported=is_exported), one))
        quarantined = tuple(marked(self.quarantined, restricted))
        return replace(self, ready=tuple(ready), quarantined=quarantined)

    def named(self, names: KeptNames) -> Intake:
        """The same items, with what is kept of the paths of their recordings."""
        ready = tuple((call, names.recording(recording, call)) for call, recording in self.ready)
        return replace(self, ready=ready)

    def without(self, others: Iterable[Quarantined]) -> Intake:
        """The same items, of which some turned out to be other calls under ids of stored ones."""
        found = tuple(others)
        items = {one.item for one in found}
        ready = tuple(pair for pair in self.ready if str(pair[1].path) not in items)
        return replace(self, ready=ready, quarantined=(*self.quarantined, *found))


def take_in(  # noqa: PLR0913, PLR0917  a source, and what is known of it
    folder: Path,
    known_audio: Mapping[str, str],
    known_files: KnownFiles | None = None,
    limits: Limits = DEFAULT_LIMITS,
    opener: Opener = open_here,
    zone: tzinfo = UTC,
    ids: PersonalIds | None = None,
) -> Intake:
    """Scan a folder and its subfolders.

    Args:
        folder: The source.
        known_audio: The stored call of each recording, by audio_sha256; copies are duplicates.
        known_files: What earlier runs found in its files; None reads and decodes every one.
        limits: What is larger is quarantined.
        opener: Opens recordings; `open_in_children` survives those that crash a decoder.
        zone: The centre's time zone, for exports that write local times.
        ids: Replaces ids that are card or telephone numbers; None keeps them.

    Raises:
        FlowsError: There is no such folder.
    """
    if not folder.is_dir():
        raise FlowsError(f"folder {folder} does not exist; pass the folder of recordings")
    files = (listing := list_items(folder)).files
    reading = Reading(limits=limits, zone=zone, ids=ids)
    pairs = sides_by_shared_name(files)
    metadata = metadata_of(folder, [*files, *pairs], reading)
    opened = _opened(_recordings(files, metadata), known_files, limits, opener)
    matched, quarantined = _matched(*_joined(pairs, metadata, opened, reading.origins.forms))
    ready, copies = split_duplicates(matched, known_audio)
    return Intake(
        ready=ready,
        quarantined=(*listing.quarantined, *quarantined, *copies),
        pending=tuple(str(path) for path in files if path.suffix.lower() in UNFINISHED_SUFFIXES),
        not_kept=reading.counts,
        origins=reading.origins,
        described=metadata,
    )


def _recordings(files: Sequence[Path], described: Collection[Path]) -> list[Path]:
    wanted = (path for path in files if path in described and may_be_recording(path))
    return list(dict.fromkeys((*filter(is_recording, files), *wanted)))


def _joined(
    pairs: Mapping[Path, tuple[Path, Path]],
    metadata: Mapping[Path, Call | Problem],
    opened: Mapping[Path, Opened],
    forms: dict[Path, str],
) -> tuple[dict[Path, Call | Problem], dict[Path, Opened]]:
    """Metadata and recordings in which each pair that one description names is one recording.

    Args:
        pairs: Files that may be pairs, by the name that they share.
        metadata: What is said of each file, and of the names that pairs share.
        opened: Each file by itself.
        forms: The form that describes each file, and each name that a pair shares.

    Returns:
        Both by the path of the first side.
    """
    entries, recordings = dict(metadata), dict(opened)
    for shared, (first, second) in pairs.items():
        if shared not in metadata or first in metadata or second in metadata:
            continue
        both = join_sides(opened[first], opened[second])
        if both is not None:
            entries[first], recordings[first] = entries.pop(shared), both
            forms[first] = forms.pop(shared)
            del recordings[second]
    return entries, recordings


def _matched(
    metadata: Mapping[Path, Call | Problem], opened: Mapping[Path, Recording | Problem]
) -> tuple[list[Pair], list[Quarantined]]:
    """Calls with their recordings, and everything of which one of the two is missing or wrong."""
    matched, quarantined = [], []
    for path in sorted(opened.keys() | metadata.keys()):
        call, recording = metadata.get(path, _NO_METADATA), opened.get(path, NO_RECORDING)
        if isinstance(call, Call) and isinstance(recording, Recording):
            matched.append((call, recording))
        else:
            quarantined.append(_set_aside(path, call, recording))
    return matched, quarantined


_NO_METADATA = Problem(
    QuarantineReason.MISSING_METADATA,
    f"no metadata; add a .json file of the same name, or a line in {CSV_NAME}; for a file of all"
    " calls, `callqa sources map FILE` proposes a mapping",
)


def _opened(
    paths: Sequence[Path], known_files: KnownFiles | None, limits: Limits, opener: Opener
) -> dict[Path, Opened]:
    opened = {path: _known(path, known_files, limits) for path in paths}
    unknown = [path for path, found in opened.items() if found is None]
    opened.update(zip(unknown, opener(unknown, limits), strict=True))
    found = {path: one for path, one in opened.items() if one is not None}
    if known_files:
        known_files.keep(one for one in found.values() if isinstance(one, Recording))
    return found


def _known(path: Path, known_files: KnownFiles | None, limits: Limits) -> Opened | None:
    """What an earlier run found in the file; None if it has to be opened."""
    try:
        known = known_files.recording(path) if known_files else None
        if known:
            limits.check("max_call_s", known.duration_s)
    except _ANY_ERROR as error:
        return problem_of(error)
    return known


def _set_aside(path: Path, call: Call | Problem, recording: Recording | Problem) -> Quarantined:
    """Report the problem of the recording first, unless it is of a file that is no metadata."""
    parts = (call, recording) if recording is NO_RECORDING else (recording, call)
    problem = next(part for part in parts if isinstance(part, Problem))
    return Quarantined(
        item=str(path),
        call_id=call.call_id if isinstance(call, Call) else None,
        reason=problem.reason,
        detail=problem.detail,
    )
