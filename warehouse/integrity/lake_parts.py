"""Damage to the manifests and parts of the lake."""

from __future__ import annotations

import re
from contextlib import suppress
from datetime import UTC, date, datetime
from functools import partial
from typing import TYPE_CHECKING

import polars as pl

from warehouse.errors import LakeError, TamperedError
from warehouse.files import one_writer, replace_atomically
from warehouse.integrity.damage import Damage, set_aside
from warehouse.lake.encryption import content_sha256, read_decrypted
from warehouse.lake.manifest import (
    Dropped,
    Part,
    PartFile,
    lines_of,
    manifest_days,
    manifest_files,
    older_parts,
    readable_entries,
)
from warehouse.lake.parquet import file_fault
from warehouse.lake.schema import SCHEMAS

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from warehouse.lake.lake import Lake

_PART_NAME = re.compile(r"part-(?P<run_id>.+)-(?P<commit_no>\d+)\.parquet")


def lake_damage(lake: Lake) -> Iterator[Damage]:
    """Compare every manifest and every part with what callqa wrote."""
    for day in sorted({*manifest_days(lake.root), *_days_of_parts(lake.root)}):
        try:
            manifest = lake.manifest(day)
        except LakeError as error:
            yield _damaged_manifest(lake, day, str(error))
            continue
        if not any(path.exists() for path in manifest_files(lake.root, day)):
            if _whole_parts(lake.root, day):
                yield _damaged_manifest(lake, day, "the manifest of the day is missing")
            continue
        for part in manifest.parts:
            yield from _part_damage(lake, day, part)


def _part_damage(lake: Lake, day: date, part: Part) -> Iterator[Damage]:
    faults = {
        lake.root / file.path: fault
        for file in part.files.values()
        if (fault := file_fault(lake.root, file))
    }
    if not faults:
        return
    path = next(iter(faults))
    count = part.files["call"].row_count
    yield Damage(
        path=path,
        what="; ".join(faults.values()).removeprefix(f"{path}: "),
        remedy=(
            f"the {count} calls of commit {part.commit_no} are dropped, and the next run hears"
            " them again if the source still has their recordings; the part's files are kept in"
            f" {lake.root / 'dropped'}. To keep the calls, restore the file from a backup instead"
        ),
        mend=partial(_drop, lake, day, part),
    )


def _drop(lake: Lake, day: date, part: Part) -> None:
    lake.drop(day, part.commit_no)
    for file in part.files.values():
        if (path := lake.root / file.path).exists():
            kept = lake.root / "dropped" / file.path
            kept.parent.mkdir(parents=True, exist_ok=True)
            path.rename(kept)


def _damaged_manifest(lake: Lake, day: date, what: str) -> Damage:
    files = manifest_files(lake.root, day)
    path = files.lines if files.lines.exists() or not files.older.exists() else files.older
    return Damage(
        path=path,
        what=what.removeprefix(f"{path}:").partition("; `callqa verify`")[0],
        remedy=(
            "it is written again from its readable lines and from the day's parts that are whole;"
            " the old one is kept beside it"
        ),
        mend=partial(_rebuild_manifest, lake, day),
    )


def _rebuild_manifest(lake: Lake, day: date) -> None:
    """Name again every whole part of a day; those with a readable line keep their hashes."""
    root = lake.root
    with one_writer(root):
        files = manifest_files(root, day)
        entries: list[Part | Dropped] = list(readable_entries(files.lines))
        with suppress(LakeError):
            entries = [*older_parts(files.older), *entries]
        known = {one.commit_no for one in entries if isinstance(one, Part)}
        entries += [part for part in _whole_parts(root, day) if part.commit_no not in known]
        for path in files:
            if path.exists():
                set_aside(path)
        files.lines.parent.mkdir(exist_ok=True)
        entries.sort(key=lambda one: one.commit_no if isinstance(one, Part) else 1 << 62)
        replace_atomically(files.lines, lines_of(entries))


def _whole_parts(root: Path, day: date) -> list[Part]:
    """The parts of a day of which every file can be read, as a manifest would name them."""
    found = []
    for path in sorted((root / "call" / f"call_date={day}").glob("part-*.parquet")):
        if match := _PART_NAME.fullmatch(path.name):
            part = _part_from(root, day, path.name, match["run_id"], int(match["commit_no"]))
            found += [part] if part else []
    return found


def _part_from(root: Path, day: date, name: str, run_id: str, commit_no: int) -> Part | None:
    files: dict[str, PartFile] = {}
    rows: dict[str, pl.DataFrame] = {}
    try:
        for table in SCHEMAS:
            path = root / table / f"call_date={day}" / name
            rows[table] = pl.read_parquet(read_decrypted(path), hive_partitioning=False)
            files[table] = PartFile(
                path=path.relative_to(root).as_posix(),
                row_count=rows[table].height,
                sha256=content_sha256(path),
            )
            if not rows[table]["commit_no"].eq(commit_no).all():
                return None
    except (OSError, pl.exceptions.PolarsError, TamperedError):
        return None
    calls = rows["call"]
    return Part(
        commit_no=commit_no,
        run_id=run_id,
        committed_at=datetime.fromtimestamp((root / files["call"].path).stat().st_mtime, UTC),
        model_pins=tuple(sorted(calls["model_pin"].unique())),
        rules_sha256s=tuple(sorted(calls["rules_sha256"].unique())),
        files=files,
    )


def _days_of_parts(root: Path) -> set[date]:
    names = [path.name for path in (root / "call").glob("call_date=*")]
    return {date.fromisoformat(name.partition("=")[2]) for name in names}
