"""The manifest of a partition, which lists its valid Parquet parts.

A manifest is a file of JSON lines that only grows: a commit costs the same whether it is the first
of its day or the thousandth. Lakes of before have one JSON document per day, which stays as it is;
later parts of such a day are in the lines beside it.
"""

from __future__ import annotations

import json
import re
from datetime import date
from functools import lru_cache
from typing import TYPE_CHECKING, NamedTuple, TypeVar

from pydantic import AwareDatetime, ValidationError

from warehouse.errors import LakeError
from warehouse.files import append_line, whole_lines
from warehouse.lake.records import StoredRecord

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator
    from pathlib import Path

_Record = TypeVar("_Record", bound=StoredRecord)
_DAY = re.compile(r"call_date=(\d{4}-\d\d-\d\d)\.jsonl?")


class PartFile(StoredRecord):
    """One Parquet file.

    Attributes:
        path: Path relative to the lake's root.
        row_count: Number of rows.
        sha256: Hash of its content.
    """

    path: str
    row_count: int
    sha256: str


class Part(StoredRecord):
    """The part that one commit added to one partition.

    Attributes:
        commit_no: Number of the commit, rising over the whole lake. Of two results of one call,
            the one with the higher number is current.
        run_id: The run that committed.
        committed_at: Time of the commit, in UTC.
        model_pins: The speech models behind the results.
        rules_sha256s: The rules behind the results.
        files: By table.
    """

    commit_no: int
    run_id: str
    committed_at: AwareDatetime
    model_pins: tuple[str, ...]
    rules_sha256s: tuple[str, ...]
    files: dict[str, PartFile]


class Dropped(StoredRecord):
    """A part that no longer counts, since it was damaged.

    Its number stays taken: results under a number that earlier runs have listed would never be
    listed again.

    Attributes:
        dropped_commit_no: Number of the part's commit.
        dropped_at: When, in UTC.
    """

    dropped_commit_no: int
    dropped_at: AwareDatetime


class Manifest(NamedTuple):
    """The parts of the calls that started on one day, oldest commit first.

    Attributes:
        call_date: The day, in the site's time zone.
        parts: The valid ones, in the order of their commits.
        last_commit_no: Number of the last commit, dropped parts included; 0 without one.
    """

    call_date: date
    parts: tuple[Part, ...] = ()
    last_commit_no: int = 0


class _Older(StoredRecord):
    """The manifest of a day in lakes of before."""

    call_date: date
    parts: tuple[Part, ...] = ()


class ManifestFiles(NamedTuple):
    """The two files that a day's manifest may have.

    Attributes:
        older: One JSON document, never written any more.
        lines: JSON lines, only appended to.
    """

    older: Path
    lines: Path


def manifest_files(root: Path, call_date: date) -> ManifestFiles:
    """Paths of the manifest of a day, whether or not they exist."""
    stem = root / "manifest" / f"call_date={call_date}"
    return ManifestFiles(stem.with_suffix(".json"), stem.with_suffix(".jsonl"))


def manifest_days(root: Path) -> list[date]:
    """Every day that has a manifest, oldest first."""
    folder = root / "manifest"
    names = [path.name for path in folder.iterdir()] if folder.is_dir() else []
    found = [match for name in names if (match := _DAY.fullmatch(name))]
    return sorted({date.fromisoformat(match[1]) for match in found})


def read_manifest(root: Path, call_date: date) -> Manifest:
    """The manifest of a day; an empty one if nothing was committed for it.

    Raises:
        LakeError: It is damaged; names the file and the line.
    """
    files = manifest_files(root, call_date)
    entries = [*older_parts(files.older), *entries_of(files.lines)[0]]
    dropped = {one.dropped_commit_no for one in entries if isinstance(one, Dropped)}
    # A part without calls that were removed replaces the part of the same number.
    parts = {one.commit_no: one for one in entries if isinstance(one, Part)}
    return Manifest(
        call_date,
        tuple(part for number, part in sorted(parts.items()) if number not in dropped),
        max(parts, default=0),
    )


def older_parts(path: Path) -> tuple[Part, ...]:
    """The parts in a manifest of before; none if there is no such file.

    Raises:
        LakeError: It is damaged.
    """
    if not path.exists():
        return ()
    try:
        return _Older.model_validate_json(path.read_bytes()).parts
    except ValidationError:
        raise damaged_manifest(path, 1) from None


def entries_of(path: Path, offset: int = 0) -> tuple[list[Part | Dropped], int]:
    """The entries of a file of lines from an offset on, and the offset of its whole lines' end.

    Raises:
        LakeError: A line is damaged; a last line that a crash cut short is not, and is ignored.
    """
    lines, end = whole_lines(path, offset)
    entries = [_entry(line, path, number) for number, line in enumerate(lines, start=1)]
    return entries, end


def append(root: Path, call_date: date, entry: Part | Dropped) -> None:
    """Add an entry to the manifest of a day; it is there entirely or not at all."""
    path = manifest_files(root, call_date).lines
    path.parent.mkdir(parents=True, exist_ok=True)
    append_line(path, entry.model_dump_json().encode())


def readable_entries(path: Path) -> Iterator[Part | Dropped]:
    """The entries of a file of lines that can still be read, whatever is between them."""
    for line in whole_lines(path)[0]:
        try:
            yield _entry(line, path, 0)
        except LakeError:
            continue


def damaged_manifest(path: Path, number: int) -> LakeError:
    """The error for a manifest that cannot be read."""
    return LakeError(
        f"{path}:{number}: the manifest is damaged; expected what callqa wrote; `callqa verify`"
        " lists all damage, `callqa repair` lists again what is whole"
    )


def lines_of(entries: Iterable[Part | Dropped]) -> bytes:
    """A file of lines with these entries."""
    return b"".join(entry.model_dump_json().encode() + b"\n" for entry in entries)


def _entry(line: bytes, path: Path, number: int) -> Part | Dropped:
    try:
        fields = json.loads(line)
        kind = Dropped if "dropped_commit_no" in fields else Part
        return kind.model_validate_json(line)
    except (ValueError, TypeError):
        raise damaged_manifest(path, number) from None


def read_record(path: Path, kind: type[_Record]) -> _Record:
    """Read a record, once for as long as its file stays the same: a run asks several times for all.

    Raises:
        LakeError: It is damaged; names the file.
    """
    try:
        found = path.stat()
        record: _Record = _parsed(path, kind, (found.st_ino, found.st_size, found.st_mtime_ns))
    except (OSError, ValidationError):
        raise LakeError(
            f"{path}: cannot be read; expected what callqa wrote; `callqa repair` shows what can be"
            " done"
        ) from None
    return record


@lru_cache(maxsize=10_000)
def _parsed(path: Path, kind: type[_Record], _: tuple[int, ...]) -> _Record:
    """The record in a file; the last value says which state of the file."""
    return kind.model_validate_json(path.read_bytes())
