"""Take in a folder: match recordings with metadata, and set aside what cannot be evaluated."""

from __future__ import annotations

from collections import defaultdict
from concurrent.futures import ThreadPoolExecutor
from dataclasses import dataclass
from typing import TYPE_CHECKING, TypeAlias

from flows.errors import FlowsError
from flows.sources.metadata import CSV_NAME, MetadataError, read_csv, read_sidecar
from models.audio.decoding import probe
from models.call import Call, Quarantined, QuarantineReason, Recording
from models.errors import AudioError

if TYPE_CHECKING:
    from collections.abc import Mapping, Sequence
    from pathlib import Path

Pair: TypeAlias = tuple[Call, Recording]

# What telephone systems write. An unknown ending is no recording: a README may lie in the folder.
RECORDING_SUFFIXES = frozenset(
    {".wav", ".mp3", ".ogg", ".opus", ".oga", ".flac", ".m4a", ".mp4", ".aac", ".amr"}
    | {".gsm", ".wma", ".webm", ".mkv", ".mov", ".3gp"}
)
UNFINISHED_SUFFIXES = frozenset({".part", ".tmp", ".crdownload", ".filepart"})


@dataclass(frozen=True, slots=True)
class Intake:
    """All that was seen in a source, each item in exactly one of three places.

    Attributes:
        ready: Calls with their recording, by start of the call.
        quarantined: What cannot be evaluated, with the reason.
        pending: Names of files that are still being written; the next run takes them.
    """

    ready: tuple[Pair, ...]
    quarantined: tuple[Quarantined, ...]
    pending: tuple[str, ...]

    @property
    def seen(self) -> int:
        """Number of items seen: a recording with its metadata is one."""
        return len(self.ready) + len(self.quarantined) + len(self.pending)


def take_in(folder: Path, known_audio: Mapping[str, str]) -> Intake:
    """Look through a folder and all folders below it.

    Args:
        folder: The source.
        known_audio: audio_sha256 of each call_id that was evaluated before; a copy of such a
            recording under another call_id is a duplicate.

    Raises:
        FlowsError: There is no such folder.
        MetadataError: The folder's CSV as a whole cannot be read.
    """
    if not folder.is_dir():
        raise FlowsError(f"there is no folder {folder}; name the folder of recordings")
    files = sorted(path for path in folder.rglob("*") if path.is_file())
    recordings = [path for path in files if path.suffix.lower() in RECORDING_SUFFIXES]
    metadata = _read_metadata(folder, files, recordings)
    with ThreadPoolExecutor() as threads:
        opened = dict(zip(recordings, threads.map(_open, recordings), strict=True))

    matched: list[Pair] = []
    quarantined: list[Quarantined] = []
    for path in sorted(opened.keys() | metadata.keys()):
        call, recording = metadata.get(path, _NO_METADATA), opened.get(path, _NO_RECORDING)
        if isinstance(call, Call) and isinstance(recording, Recording):
            matched.append((call, recording))
        else:
            quarantined.append(_set_aside(path, call, recording))
    ready, copies = _part_duplicates(matched, known_audio)
    return Intake(
        ready=ready,
        quarantined=(*quarantined, *copies),
        pending=tuple(str(path) for path in files if path.suffix.lower() in UNFINISHED_SUFFIXES),
    )


@dataclass(frozen=True, slots=True)
class _Fault:
    reason: QuarantineReason
    detail: str


_NO_METADATA = _Fault(
    QuarantineReason.MISSING_METADATA,
    f"no metadata; put a .json of the same name beside it or a line for it into {CSV_NAME}",
)
_NO_RECORDING = _Fault(
    QuarantineReason.MISSING_RECORDING,
    "metadata without a recording; export the recording again or delete the metadata",
)


def _read_metadata(
    folder: Path, files: Sequence[Path], recordings: Sequence[Path]
) -> dict[Path, Call | _Fault]:
    """Metadata by the recording it describes, or by its own path if there is no recording."""
    found: dict[Path, Call | _Fault] = {}
    described: defaultdict[Path, list[Path]] = defaultdict(list)
    for path in recordings:
        described[path.with_suffix("")].append(path)
    if (folder / CSV_NAME).exists():
        for name, row in read_csv(folder / CSV_NAME).items():
            found[folder / name] = _metadata_fault(row) if isinstance(row, MetadataError) else row
    for sidecar in (path for path in files if path.suffix.lower() == ".json"):
        entry: Call | _Fault
        try:
            entry = read_sidecar(sidecar)
        except MetadataError as error:
            entry = _metadata_fault(error)
        found.update(dict.fromkeys(described[sidecar.with_suffix("")] or [sidecar], entry))
    return found


def _metadata_fault(error: MetadataError) -> _Fault:
    return _Fault(QuarantineReason.INVALID_METADATA, str(error))


def _open(path: Path) -> Recording | _Fault:
    if path.stat().st_size == 0:
        return _Fault(QuarantineReason.EMPTY_FILE, "the file has no bytes; export it again")
    try:
        return probe(path)
    except AudioError as error:
        return _Fault(QuarantineReason.CORRUPT_AUDIO, str(error))


def _set_aside(path: Path, call: Call | _Fault, recording: Recording | _Fault) -> Quarantined:
    """Name the fault of the file before that of its metadata: it is the one to mend first."""
    fault = next(part for part in (recording, call) if isinstance(part, _Fault))
    return Quarantined(
        item=str(path),
        call_id=call.call_id if isinstance(call, Call) else None,
        reason=fault.reason,
        detail=fault.detail,
    )


def _part_duplicates(
    matched: Sequence[Pair], known_audio: Mapping[str, str]
) -> tuple[tuple[Pair, ...], tuple[Quarantined, ...]]:
    """Keep the first of equal recordings and of equal call ids; say of the others whose copy."""
    owner_of_audio = {audio: call_id for call_id, audio in known_audio.items()}
    path_of_call: dict[str, Path] = {}
    ready: list[Pair] = []
    copies: list[Quarantined] = []
    for call, recording in sorted(matched, key=lambda pair: (pair[0].started_at, pair[0].call_id)):
        owner = owner_of_audio.setdefault(recording.audio_sha256, call.call_id)
        if call.call_id in path_of_call:
            detail = f"its call_id is that of {path_of_call[call.call_id].name}; give it its own"
        elif owner != call.call_id:
            detail = f"the same recording as call {owner}; delete one of the two"
        else:
            path_of_call[call.call_id] = recording.path
            ready.append((call, recording))
            continue
        copies.append(
            Quarantined(
                item=str(recording.path),
                call_id=call.call_id,
                reason=QuarantineReason.DUPLICATE,
                detail=detail,
            )
        )
    return tuple(ready), tuple(copies)
