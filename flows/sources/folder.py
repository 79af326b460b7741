"""Scan a folder: match recordings with metadata, and quarantine what cannot be evaluated."""

from __future__ import annotations

from dataclasses import dataclass, field, replace
from typing import TYPE_CHECKING, TypeAlias

from flows.errors import FlowsError, internal_error
from flows.sources.custom_fields import FieldCounts, FieldScreen
from flows.sources.duplicates import split_duplicates
from flows.sources.file_names import (
    UNFINISHED_SUFFIXES,
    FileNames,
    is_recording,
    may_be_recording,
)
from flows.sources.listing import list_items
from flows.sources.metadata import CSV_NAME, MetadataError, read_csv, read_sidecar
from flows.sources.opening import Problem, open_here, problem_of
from models.call import Call, Quarantined, QuarantineReason, Recording
from models.errors import TooLargeError
from models.limits import DEFAULT_LIMITS

if TYPE_CHECKING:
    from collections.abc import Callable, Collection, Iterable, Mapping, Sequence
    from pathlib import Path

    from flows.sources.known_files import KnownFiles
    from flows.sources.listing import Listing
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
    """

    ready: tuple[Pair, ...]
    quarantined: tuple[Quarantined, ...]
    pending: tuple[str, ...]
    not_kept: FieldCounts = field(default_factory=FieldCounts)

    @property
    def seen(self) -> int:
        """Number of items seen: a recording with its metadata is one."""
        return len(self.ready) + len(self.quarantined) + len(self.pending)

    def screened(self, pii: PiiRules) -> Intake:
        """The same items, without personal data in the free text of their metadata."""
        screen = FieldScreen(pii, self.not_kept)
        ready = tuple((screen.screened(call), recording) for call, recording in self.ready)
        return replace(self, ready=ready)

    def without(self, others: Iterable[Quarantined]) -> Intake:
        """The same items, of which some turned out to be other calls under ids of stored ones."""
        found = tuple(others)
        items = {one.item for one in found}
        ready = tuple(pair for pair in self.ready if str(pair[1].path) not in items)
        return replace(self, ready=ready, quarantined=(*self.quarantined, *found))


def take_in(
    folder: Path,
    known_audio: Mapping[str, str],
    known_files: KnownFiles | None = None,
    limits: Limits = DEFAULT_LIMITS,
    opener: Opener = open_here,
) -> Intake:
    """Scan a folder and its subfolders.

    Args:
        folder: The source.
        known_audio: The call that was evaluated before of each recording, by audio_sha256; a copy
            of such a recording under another call_id is a duplicate.
        known_files: What earlier runs found in its files; None reads and decodes every one.
        limits: What is larger is quarantined.
        opener: Opens recordings; `open_in_children` survives those that crash a decoder.

    Raises:
        FlowsError: There is no such folder.
    """
    if not folder.is_dir():
        raise FlowsError(f"folder {folder} does not exist; pass the folder of recordings")
    listing = list_items(folder)
    files = listing.files
    counts = FieldCounts()
    metadata = _read_metadata(folder, files, limits, counts)
    wanted = (path for path in files if path in metadata and may_be_recording(path))
    recordings = list(dict.fromkeys((*filter(is_recording, files), *wanted)))
    opened = _opened(recordings, known_files, limits, opener)

    matched, quarantined = _matched(metadata, opened)
    ready, copies = split_duplicates(matched, known_audio)
    return Intake(
        ready=ready,
        quarantined=(*_unreadable(listing), *quarantined, *copies),
        pending=tuple(str(path) for path in files if path.suffix.lower() in UNFINISHED_SUFFIXES),
        not_kept=counts,
    )


def _unreadable(listing: Listing) -> list[Quarantined]:
    return [
        Quarantined(item=item, call_id=None, reason=QuarantineReason.UNREADABLE, detail=detail)
        for item, detail in listing.unreadable.items()
    ]


def _matched(
    metadata: Mapping[Path, Call | Problem], opened: Mapping[Path, Recording | Problem]
) -> tuple[list[Pair], list[Quarantined]]:
    """Calls with their recordings, and everything of which one of the two is missing or wrong."""
    matched, quarantined = [], []
    for path in sorted(opened.keys() | metadata.keys()):
        call, recording = metadata.get(path, _NO_METADATA), opened.get(path, _NO_RECORDING)
        if isinstance(call, Call) and isinstance(recording, Recording):
            matched.append((call, recording))
        else:
            quarantined.append(_set_aside(path, call, recording))
    return matched, quarantined


_NO_METADATA = Problem(
    QuarantineReason.MISSING_METADATA,
    f"no metadata; add a .json file of the same name, or a line in {CSV_NAME}",
)
_NO_RECORDING = Problem(
    QuarantineReason.MISSING_RECORDING,
    "metadata without a recording; export the recording again or delete the metadata",
)


def _read_metadata(
    folder: Path, files: Sequence[Path], limits: Limits, counts: FieldCounts
) -> dict[Path, Call | Problem]:
    """Metadata by the recording it describes, or by its own path if there is no recording."""
    found: dict[Path, Call | Problem] = {}
    names = FileNames(folder, files)
    if (folder / CSV_NAME) in files:
        try:
            rows = read_csv(folder / CSV_NAME, limits, counts)
        except _ANY_ERROR as error:  # calls with a file of their own can still be evaluated
            rows = {}
            found[folder / CSV_NAME] = _metadata_problem(error)
        named = {name: names.named(name) for name in rows}
        taken = {path for path in named.values() if path is not None}
        for name, row in rows.items():
            entry = _metadata_problem(row) if isinstance(row, MetadataError) else row
            path = named[name]
            if path is None and isinstance(row, Call):
                path, entry = _nearest(folder, name, names, taken)
            if path in found:
                entry = Problem(
                    QuarantineReason.INVALID_METADATA,
                    f"two lines of {CSV_NAME} describe this file; keep one of them",
                )
            found[path or folder / name] = entry
    for sidecar in (path for path in files if path.suffix.lower() == ".json"):
        try:
            entry = read_sidecar(sidecar, limits, counts)
        except _ANY_ERROR as error:
            entry = _metadata_problem(error)
        described = [path for path in names.beside(sidecar) if is_recording(path)] or [
            path for path in names.beside(sidecar) if may_be_recording(path)
        ]
        found.update(dict.fromkeys(described or [sidecar], entry))
    return found


def _nearest(
    folder: Path, name: str, names: FileNames, taken: Collection[Path]
) -> tuple[Path, Problem]:
    """Report a line that names no file once, at the file that it probably refers to, if any."""
    free = [path for path in names.files if path not in taken and is_recording(path)]
    if (near := names.nearest(name, free)) is None:
        return folder / name, _NO_RECORDING
    detail = f"{CSV_NAME} does not list this file, but {name}; make the two names match"
    return near, Problem(QuarantineReason.MISSING_METADATA, detail)


def _metadata_problem(error: Exception) -> Problem:
    if isinstance(error, TooLargeError):
        return Problem(QuarantineReason.TOO_LARGE, f"its metadata are {error}")
    detail = str(error) if isinstance(error, MetadataError) else internal_error(error)
    return Problem(QuarantineReason.INVALID_METADATA, detail)


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
    """Report the problem of the recording before that of its metadata: it must be fixed first.

    A file of metadata that is no metadata is reported as that.
    """
    parts = (call, recording) if recording is _NO_RECORDING else (recording, call)
    problem = next(part for part in parts if isinstance(part, Problem))
    return Quarantined(
        item=str(path),
        call_id=call.call_id if isinstance(call, Call) else None,
        reason=problem.reason,
        detail=problem.detail,
    )
