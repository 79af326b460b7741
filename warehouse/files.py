"""Atomic writing of files, and locking of folders."""

from __future__ import annotations

import fcntl
import hashlib
import os
from contextlib import contextmanager
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


def replace_atomically(path: Path, content: bytes) -> None:
    """Replace the content of a file; a crash leaves either the old or the new content."""
    draft = path.with_name(f"{path.name}.tmp")
    draft.write_bytes(content)
    settle(draft, path)


def settle(draft: Path, path: Path) -> None:
    """Rename a finished draft to its final name, after flushing it to disk."""
    _flush(draft)
    draft.replace(path)
    _flush(path.parent)


def append_line(path: Path, line: bytes) -> None:
    """Append a line and flush it to disk; a crash leaves a line without its end, or none.

    What an earlier crash left without its end is removed.
    """
    is_new = not path.exists()
    with path.open("ab") as file:
        if not is_new and not _ends_whole(path):
            file.truncate(whole_lines(path)[1])
        file.write(line + b"\n")
        file.flush()
        os.fsync(file.fileno())
    if is_new:
        _flush(path.parent)


def whole_lines(path: Path, offset: int = 0) -> tuple[list[bytes], int]:
    """The lines of a file from an offset on, without one that has no end; and the end's offset."""
    if not path.exists():
        return [], 0
    with path.open("rb") as file:
        file.seek(offset)
        whole, newline, _ = file.read().rpartition(b"\n")
    return whole.split(b"\n") if newline else [], offset + len(whole) + len(newline)


def point_atomically(link: Path, target: str) -> None:
    """Atomically point a symbolic link to `target`, a name in the folder of the link."""
    draft = link.with_name(f"{link.name}.tmp")
    draft.unlink(missing_ok=True)
    draft.symlink_to(target)
    draft.replace(link)
    _flush(link.parent)


def private_folder(path: Path) -> None:
    """Create a folder that only its owner can enter; later changes of permissions are kept."""
    path.mkdir(mode=0o700, parents=True, exist_ok=True)


def nearest_existing(path: Path) -> Path:
    """The path itself, or the first folder above it that exists."""
    path = path.resolve()
    return next(place for place in (path, *path.parents) if place.exists())


def sha256_of(path: Path) -> str:
    """Hash of a file's bytes, in hexadecimal."""
    with path.open("rb") as file:
        return hashlib.file_digest(file, "sha256").hexdigest()


@contextmanager
def one_writer(folder: Path) -> Iterator[None]:
    """Wait for the write lock of a folder and hold it; it is released if the process dies."""
    folder.mkdir(parents=True, exist_ok=True)
    with (folder / ".lock").open("w") as lock:
        fcntl.flock(lock, fcntl.LOCK_EX)
        yield


def _ends_whole(path: Path) -> bool:
    with path.open("rb") as file:
        if not file.seek(0, os.SEEK_END):
            return True
        file.seek(-1, os.SEEK_END)
        return file.read(1) == b"\n"


def _flush(path: Path) -> None:
    descriptor = os.open(path, os.O_RDONLY)
    try:
        os.fsync(descriptor)
    finally:
        os.close(descriptor)
