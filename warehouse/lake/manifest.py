"""The manifest of a partition, which lists its valid Parquet parts."""

from __future__ import annotations

from datetime import date
from typing import TYPE_CHECKING

from pydantic import AwareDatetime

from warehouse.files import replace_atomically
from warehouse.lake.records import StoredRecord

if TYPE_CHECKING:
    from pathlib import Path


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


class Manifest(StoredRecord):
    """The parts of the calls that started on one day, oldest commit first.

    Attributes:
        call_date: The day, in the site's time zone.
        parts: In the order of their commits.
    """

    call_date: date
    parts: tuple[Part, ...] = ()

    @property
    def last_commit_no(self) -> int:
        """Number of the last commit; 0 without one."""
        return max((part.commit_no for part in self.parts), default=0)

    def with_part(self, part: Part) -> Manifest:
        """A copy with `part` appended."""
        return Manifest(call_date=self.call_date, parts=(*self.parts, part))


def manifest_path(root: Path, call_date: date) -> Path:
    """Path of the manifest of a day."""
    return root / "manifest" / f"call_date={call_date}.json"


def read_manifest(root: Path, call_date: date) -> Manifest:
    """The manifest of a day; an empty one if nothing was committed for it."""
    path = manifest_path(root, call_date)
    if not path.exists():
        return Manifest(call_date=call_date)
    return Manifest.model_validate_json(path.read_bytes())


def read_manifests(root: Path) -> list[Manifest]:
    """Every manifest of a lake, oldest day first."""
    paths = sorted((root / "manifest").glob("call_date=*.json"))
    return [Manifest.model_validate_json(path.read_bytes()) for path in paths]


def write_manifest(root: Path, manifest: Manifest) -> None:
    """Replace the manifest of a day atomically."""
    path = manifest_path(root, manifest.call_date)
    path.parent.mkdir(parents=True, exist_ok=True)
    replace_atomically(path, manifest.model_dump_json(indent=1).encode())
