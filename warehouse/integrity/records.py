"""Damage to the records beside the parts: settings, runs, catalogues, uploads, and the index."""

from __future__ import annotations

import json
from datetime import UTC, datetime
from functools import partial
from typing import TYPE_CHECKING

import polars as pl
from pydantic import ValidationError

from warehouse.errors import TamperedError
from warehouse.files import one_writer, replace_atomically
from warehouse.integrity.damage import Damage, is_whole_sqlite, set_aside
from warehouse.lake.encryption import content_sha256, read_decrypted
from warehouse.lake.manifest import PartFile
from warehouse.lake.parquet import file_fault
from warehouse.lake.records import RuleCatalogue, StoredRun
from warehouse.lake.upload_store import SUPPLIED, UploadManifest, UploadPart, upload_manifest

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

_KINDS: tuple[tuple[str, type[StoredRun | RuleCatalogue], str], ...] = (
    (
        "run",
        StoredRun,
        "the record is set aside; if it was the last run, the next one lists its flags again",
    ),
    (
        "catalogue",
        RuleCatalogue,
        "the catalogue is set aside; the next run records the rules of now again",
    ),
)


def record_damage(root: Path) -> Iterator[Damage]:
    """Read every record of a lake."""
    for folder, kind, remedy in _KINDS:
        for path in sorted((root / folder).glob("*.json")):
            try:
                kind.model_validate_json(path.read_bytes())
            except (OSError, ValidationError):
                what = f"cannot be read; expected the record of one {folder}"
                yield Damage(path, what, remedy, partial(set_aside, path))
    yield from _upload_damage(root)
    index = root / "index.sqlite"
    if index.exists() and not is_whole_sqlite(index):
        remedy = "it is deleted; the next use of the lake derives it from the parts again"
        what = "the index is damaged; expected an SQLite file"
        yield Damage(index, what, remedy, index.unlink)


def settings_damage(root: Path) -> Damage | None:
    """What is wrong with the settings of a lake, without which nothing else of it can be read."""
    path = root / "lake.json"
    if not root.exists():
        return None
    try:
        str(json.loads(path.read_bytes())["time_zone"])
    except (OSError, ValueError, KeyError, TypeError):
        what = 'cannot be read; expected {"time_zone": "…"}'
        return Damage(path, what, "write the time zone of the centre into it, as IANA name")
    return None


def _upload_damage(root: Path) -> Iterator[Damage]:
    path = upload_manifest(root)
    try:
        manifest = UploadManifest.model_validate_json(path.read_bytes())
    except FileNotFoundError:
        return
    except (OSError, ValidationError):
        remedy = "it is written again from the uploads that are whole; the old one is kept"
        yield Damage(
            path,
            "cannot be read; expected the list of uploads",
            remedy,
            partial(_rebuild, root),
        )
        return
    for part in manifest.parts:
        if fault := file_fault(root, part.file):
            yield Damage(
                root / part.file.path,
                fault.removeprefix(f"{root / part.file.path}: "),
                f"its {part.file.row_count} rows ({part.table}, uploaded on"
                f" {part.uploaded_at:%Y-%m-%d}) are dropped: record that file again",
                partial(_forget, root, part),
            )


def _forget(root: Path, part: UploadPart) -> None:
    with one_writer(root):
        path = upload_manifest(root)
        parts = UploadManifest.model_validate_json(path.read_bytes()).parts
        rest = UploadManifest(parts=tuple(one for one in parts if one.file != part.file))
        replace_atomically(path, rest.model_dump_json(indent=1).encode())
        if (file := root / part.file.path).exists():
            set_aside(file)


def _rebuild(root: Path) -> None:
    with one_writer(root):
        path = upload_manifest(root)
        files = [
            file for table in SUPPLIED for file in (path.parent / table).glob("part-*.parquet")
        ]
        files.sort(key=lambda file: file.name)
        parts = [part for file in files if (part := _part_of(root, file))]
        set_aside(path)
        manifest = UploadManifest(parts=tuple(parts))
        replace_atomically(path, manifest.model_dump_json(indent=1).encode())


def _part_of(root: Path, path: Path) -> UploadPart | None:
    try:
        row_count = pl.read_parquet(read_decrypted(path)).height
    except (OSError, pl.exceptions.PolarsError, TamperedError):
        return None
    name = path.relative_to(root).as_posix()
    return UploadPart(
        table=path.parent.name,
        uploaded_at=datetime.fromtimestamp(path.stat().st_mtime, UTC),
        file=PartFile(path=name, row_count=row_count, sha256=content_sha256(path)),
    )
