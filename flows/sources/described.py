"""Which call each recording of a folder is, by all the metadata that lie beside the recordings.

A sidecar or a line of `calls.csv` counts more than what a telephone system exported, so that people
can correct it, and an export more than the name of a recording.
"""

from __future__ import annotations

from dataclasses import dataclass, field
from datetime import UTC
from pathlib import PurePath
from typing import TYPE_CHECKING, TypeAlias

from flows.errors import internal_error
from flows.sources.calls_table import CSV_NAME, is_calls_table, read_csv
from flows.sources.centre.columns import check_columns
from flows.sources.centre.mapped import mapped_of
from flows.sources.centre.proposal import looks_like_calls
from flows.sources.custom_fields import FieldCounts
from flows.sources.documents import MetadataError, is_document, read_document
from flows.sources.exports.known import NAMED_RECORDINGS, export_of
from flows.sources.exports.matching import (
    Exported,
    Matched,
    NoRecordingError,
    Origins,
    matched,
)
from flows.sources.file_names import (
    FileNames,
    is_recording,
    may_be_recording,
    name_to_show,
)
from flows.sources.metadata import sidecar_of
from flows.sources.opening import Problem
from models.call import Call, QuarantineReason
from models.errors import TooLargeError
from models.limits import Limits

if TYPE_CHECKING:
    from collections.abc import Collection, Mapping, Sequence
    from datetime import tzinfo
    from pathlib import Path

    from flows.sources.centre.personal_ids import PersonalIds
    from flows.sources.documents import Document
    from flows.sources.exports.export import Export

Entry: TypeAlias = "Call | Problem"
_ANY_ERROR = (Exception,)  # one odd item never ends a run
_NEEDED = frozenset({".json", ".vcon"})
"""A file with such a name that no export and no sidecar explains is reported."""
_SIDECAR, _SIDECAR_LIMIT = "sidecar", "max_sidecar_kb"
OWN_FORMS = frozenset({_SIDECAR, CSV_NAME})
"""Forms that people write for us."""
_MOST_LINES = 10
NO_RECORDING = Problem(
    QuarantineReason.MISSING_RECORDING,
    "metadata without a recording; export the recording again or delete the metadata",
)


@dataclass(frozen=True, slots=True, kw_only=True)
class Reading:
    """How metadata are read.

    Attributes:
        limits: What is larger is not read.
        counts: Counts the fields that are not kept.
        zone: The centre's time zone, for exports that write local times.
        origins: Learns which form describes each recording.
        ids: Replaces ids that are card or telephone numbers, if given.
    """

    limits: Limits = field(default_factory=Limits)
    counts: FieldCounts = field(default_factory=FieldCounts)
    zone: tzinfo = UTC
    origins: Origins = field(default_factory=Origins)
    ids: PersonalIds | None = None

    def kept(self, entry: Entry) -> Entry:
        """What is said of a recording, without ids that may not be kept."""
        if self.ids and isinstance(entry, Call):
            return self.ids.hidden(entry, self.counts.hashed)
        return entry


def metadata_of(folder: Path, files: Sequence[Path], reading: Reading) -> dict[Path, Entry]:
    """What is said of each recording, and of each file of metadata that belongs to none.

    Args:
        folder: The source.
        files: All its files, sorted.
        reading: How to read them.

    Raises:
        DataFilesError: The mapping of the source has errors.
    """
    found = _Metadata(folder, FileNames(folder, files), reading)
    tables = {path for path in files if is_calls_table(path) and not found.is_mapped(path)}
    for path in files:
        if path in tables:
            found.add_table(path)
        elif is_document(path):
            found.add_document(path)
    for path in files:
        if is_recording(path):
            found.add_name(path)
    return {path: reading.kept(entry) for path, entry in found.entries().items()}


class _Metadata:
    """Collects what the files of a source say."""

    def __init__(self, folder: Path, names: FileNames, reading: Reading) -> None:
        self._folder, self._names, self._reading = folder, names, reading
        self._mapped = mapped_of(folder)
        self._own: dict[Path, Entry] = {}
        self._own_forms: dict[Path, str] = {}
        self._exported: list[Exported] = []
        self._named: list[Exported] = []
        self._unread: list[Path] = []

    def is_mapped(self, path: Path) -> bool:
        """Whether the centre's mapping says what a file means."""
        return self._mapped is not None and self._mapped.describes(path)

    def add_table(self, table: Path) -> None:
        """Read a `calls.csv`, whose lines name recordings from its own folder on."""
        reading, names = self._reading, self._names
        try:
            rows = read_csv(table, reading.limits, reading.counts)
        except _ANY_ERROR as error:  # calls with a file of their own can still be evaluated
            self._tell(table, problem_of_metadata(error), CSV_NAME)
            return
        named = {name: names.named(name, table.parent) for name in rows}
        taken = {path for path in named.values() if path is not None}
        for name, row in rows.items():
            entry = problem_of_metadata(row) if isinstance(row, MetadataError) else row
            path = named[name]
            if path is None and isinstance(row, Call):
                path, entry = self._nearest(table.parent, name, taken)
            if path in self._own:
                entry = Problem(
                    QuarantineReason.INVALID_METADATA,
                    f"two lines of {CSV_NAME} describe this file; keep one of them",
                )
            self._tell(path or table.parent / name, entry, CSV_NAME)

    def add_document(self, path: Path) -> None:
        """Read a file as an export or as a sidecar."""
        reading = self._reading
        export: Export | None = self._mapped if self.is_mapped(path) else None
        limit = "max_csv_mb" if export or not self._is_named_as_recording(path) else _SIDECAR_LIMIT
        try:
            document = read_document(path, reading.limits, limit)
            if export := export or export_of(document):
                self._add_wrong_lines(document, export.name)
                if export is not self._mapped:
                    check_columns(path.name, document.rows)
                calls = export.calls(document, reading.zone)
                self._exported += [Exported(export, one, path) for one in calls]
            elif path.suffix.lower() in _NEEDED:
                self._add_sidecar(path, sidecar_of(document, reading.counts))
            elif document.rows and looks_like_calls(document):
                self._unread.append(path)
        except _ANY_ERROR as error:
            if not export and path.suffix.lower() in _NEEDED:
                self._add_sidecar(path, problem_of_metadata(error))
            else:
                self._own[path] = problem_of_metadata(error)

    def _is_named_as_recording(self, path: Path) -> bool:
        return any(map(is_recording, self._names.beside(path)))

    def add_name(self, path: Path) -> None:
        """Read what the name of a recording says."""
        for form in NAMED_RECORDINGS:
            if described := form.described(path, self._reading.zone):
                self._named.append(Exported(form, described, path))
                return

    def entries(self) -> dict[Path, Entry]:
        """What is known of each recording, the surest source first."""
        counts, origins = self._reading.counts, self._reading.origins
        if self._mapped and (text := self._mapped.found_nothing(self._names.files)):
            counts.unmapped.append(text)
        named = matched(self._named, self._names, counts, origins)
        exported = matched(self._exported, self._names, counts, origins)
        origins.forms.update(self._own_forms)
        found = {**_entries(named), **_entries(exported), **self._own}
        if any(path not in found for path in filter(is_recording, self._names.files)):
            found |= {path: _unread(path) for path in self._unread}
        return found

    def _add_wrong_lines(self, document: Document, form: str) -> None:
        if not document.wrong_lines:
            return
        name, lines = document.path.name, document.wrong_lines
        shown = ", ".join(map(str, lines[:_MOST_LINES])) + ", …" * (len(lines) > _MOST_LINES)
        detail = f"{name}: {len(lines)} of its lines not valid JSON ({shown}); export them again"
        self._tell(document.path, Problem(QuarantineReason.INVALID_METADATA, detail), form)

    def _add_sidecar(self, path: Path, entry: Entry) -> None:
        beside = self._names.beside(path)
        described = [one for one in beside if is_recording(one)] or [
            one for one in beside if may_be_recording(one)
        ]
        for one in described or [path]:
            self._tell(one, entry, _SIDECAR)

    def _tell(self, path: Path, entry: Entry, form: str) -> None:
        self._own[path], self._own_forms[path] = entry, form

    def _nearest(self, folder: Path, name: str, taken: Collection[Path]) -> tuple[Path, Problem]:
        """Report a line that names no file once, at the file that it probably means, if any."""
        free = [path for path in self._names.files if path not in taken and is_recording(path)]
        if (near := self._names.nearest(name, free)) is None:
            return folder / name, NO_RECORDING
        shown = name_to_show(PurePath(name))
        detail = f"{CSV_NAME} does not list this file, but {shown}; make the two names match"
        return near, Problem(QuarantineReason.MISSING_METADATA, detail)


def _unread(table: Path) -> Problem:
    """A table of calls, without which recordings have no metadata."""
    detail = (
        f"{table.name} looks like a table of calls, but its columns are those of no known form;"
        f" expected {CSV_NAME}, an export of a telephone system, or a mapping of its columns:"
        f" `callqa sources map {table.name}` proposes one"
    )
    return Problem(QuarantineReason.INVALID_METADATA, detail)


def _entries(found: Mapping[Path, Matched]) -> dict[Path, Entry]:
    return {
        path: one if isinstance(one, Call) else problem_of_metadata(one)
        for path, one in found.items()
    }


def problem_of_metadata(error: Exception) -> Problem:
    """What is wrong with metadata."""
    if isinstance(error, NoRecordingError):
        return Problem(QuarantineReason.MISSING_RECORDING, f"{error}; export the recording again")
    if isinstance(error, TooLargeError):
        return Problem(QuarantineReason.TOO_LARGE, f"its metadata are {error}")
    detail = str(error) if isinstance(error, MetadataError) else internal_error(error)
    return Problem(QuarantineReason.INVALID_METADATA, detail)
