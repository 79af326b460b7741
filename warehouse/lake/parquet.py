"""Writing, reading and checking of the lake's Parquet files, including older versions."""

from __future__ import annotations

import io
import zipfile
from collections import defaultdict
from datetime import UTC, date, datetime
from hashlib import sha256
from pathlib import PurePosixPath
from typing import TYPE_CHECKING

import polars as pl

from warehouse.errors import LakeError, TamperedError
from warehouse.lake.encryption import content_sha256, key_id_of, read_decrypted, write_encrypted
from warehouse.lake.manifest import Part, PartFile
from warehouse.lake.schema import SCHEMAS

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator, Mapping, Sequence
    from pathlib import Path

    from warehouse.lake.manifest import Manifest


_SUMMARY = "summary.json"


def write_part(
    root: Path, call_date: date, tables: Mapping[str, pl.DataFrame], run_id: str, commit_no: int
) -> Part:
    """Write the files of a part; it counts once the manifest of its day names it."""
    files = {}
    for table, schema in SCHEMAS.items():
        name = f"{table}/call_date={call_date}/part-{run_id}-{commit_no}.parquet"
        added = {"commit_no": pl.lit(commit_no, pl.Int64), "run_id": pl.lit(run_id)}
        files[table] = write_rows(root, name, tables[table].with_columns(**added).select(*schema))
    calls = tables["call"]
    return Part(
        commit_no=commit_no,
        run_id=run_id,
        committed_at=datetime.now(UTC),
        model_pins=tuple(sorted(calls["model_pin"].unique())),
        rules_sha256s=tuple(sorted(calls["rules_sha256"].unique())),
        files=files,
    )


def write_rows(root: Path, name: str, frame: pl.DataFrame) -> PartFile:
    """Write a file of the lake, encrypted if there are keys.

    Args:
        root: The lake's folder.
        name: Path in the folder.
        frame: The rows.
    """
    path = root / name
    path.parent.mkdir(parents=True, exist_ok=True)
    content = _as_parquet(frame)
    write_encrypted(path, content)
    return PartFile(path=name, row_count=frame.height, sha256=sha256(content).hexdigest())


def _as_parquet(frame: pl.DataFrame) -> bytes:
    content = io.BytesIO()
    frame.write_parquet(content, compression="zstd")
    return content.getvalue()


def packed(days: Mapping[date, Mapping[str, pl.DataFrame]], summary: bytes) -> bytes:
    """One file of everything that a worker hands to the run, so that it is there whole or not.

    Args:
        days: Rows by day and table, as `Lake.commit_frames` takes them.
        summary: What else the run is told.
    """
    content = io.BytesIO()
    with zipfile.ZipFile(content, "w") as archive:
        archive.writestr(_SUMMARY, summary)
        for day, tables in days.items():
            for table, frame in tables.items():
                archive.writestr(f"{day}/{table}", _as_parquet(frame))
    return content.getvalue()


def unpacked(content: bytes) -> tuple[dict[date, dict[str, pl.DataFrame]], bytes]:
    """Rows by day and table, and the summary, of what `packed` returned."""
    days: dict[date, dict[str, pl.DataFrame]] = defaultdict(dict)
    with zipfile.ZipFile(io.BytesIO(content)) as archive:
        for name in set(archive.namelist()) - {_SUMMARY}:
            place = PurePosixPath(name)
            rows = pl.read_parquet(archive.read(name))
            days[date.fromisoformat(str(place.parent))][place.name] = rows
        return dict(days), archive.read(_SUMMARY)


def scan_rows(files: list[Path], table: str) -> pl.LazyFrame:
    """The rows of a table of the lake; columns that older files lack are null.

    Files are read when the rows are, encrypted ones at once.

    Raises:
        EncryptionError: A file cannot be decrypted.
    """
    if not files:
        return pl.LazyFrame(schema=SCHEMAS[table])
    return pl.scan_parquet(
        readable(files), schema=SCHEMAS[table], missing_columns="insert", hive_partitioning=False
    )


def is_any_encrypted(files: Iterable[Path]) -> bool:
    """Whether one of some files is encrypted."""
    return any(path.exists() and key_id_of(path) for path in files)


def readable(files: Sequence[Path]) -> list[Path] | list[bytes]:
    """Files as Polars reads them: decrypted in memory if one of them is encrypted.

    Raises:
        EncryptionError: A file cannot be decrypted.
    """
    if is_any_encrypted(files):
        return [read_decrypted(path) for path in files]
    return list(files)


def rows_of_parts(
    root: Path, parts: Iterable[Part], table: str, columns: Iterable[str] | None = None
) -> pl.DataFrame:
    """The rows of a table in some parts.

    Raises:
        LakeError: A file cannot be read; names all that differ from the manifest.
    """
    chosen = list(parts)
    try:
        rows = scan_rows([root / part.files[table].path for part in chosen], table)
        return (rows.select(*columns) if columns else rows).collect()
    except (pl.exceptions.PolarsError, OSError, TamperedError) as error:
        check_parts(root, chosen)
        raise LakeError(f"{root / table}: cannot be read ({type(error).__name__})") from None


def file_fault(root: Path, file: PartFile) -> str | None:
    """What is wrong with a file that a manifest names, as `path: what; expected what`."""
    path = root / file.path
    try:
        if content_sha256(path) == file.sha256:
            return None
    except OSError as error:
        return f"{path}: {error.strerror}; expected the file that the manifest names"
    except TamperedError:
        pass
    return f"{path}: its content is not what callqa wrote; expected SHA-256 {file.sha256[:12]}…"


def check_parts(root: Path, parts: Iterable[Part]) -> None:
    """Compare every file of some parts with its hash in the manifest, as `check_files` does."""
    check_files(root, (file for part in parts for file in part.files.values()))


def check_files(root: Path, files: Iterable[PartFile]) -> None:
    """Compare files with their hashes in the manifest.

    Raises:
        LakeError: Files are missing or differ; names all of them, and says what to do.
    """
    checked = (file_fault(root, file) for file in files)
    if faults := [fault for fault in checked if fault]:
        raise LakeError(
            "\n".join(faults)
            + "\nRestore these files from a backup; or `callqa repair` shows what it can do, such"
            " as dropping the calls of a part, so that the next run hears them again"
        )


def unnamed_files(root: Path, manifest: Manifest) -> Iterator[Path]:
    """Files of a day that its manifest does not name, as an interrupted commit leaves them."""
    named = {file.path for part in manifest.parts for file in part.files.values()}
    for table in SCHEMAS:
        for path in (root / table / f"call_date={manifest.call_date}").glob("part-*"):
            if path.relative_to(root).as_posix() not in named:
                yield path
