"""What a working copy knows of the files of its store, and which of its own belong there."""

from __future__ import annotations

import json
import os
from contextlib import suppress
from pathlib import Path, PurePosixPath
from typing import TYPE_CHECKING, TypeAlias

from warehouse.files import replace_atomically

if TYPE_CHECKING:
    from collections.abc import Iterable

Stamp: TypeAlias = "tuple[int, int, str]"
"""Size, time of change in nanoseconds, and target of a link: other content has another stamp."""

LINK = ".link"
"""Suffix of a file that holds the target of a link, since stores have no links."""

BATCHES = "batches/"
"""What Dask workers and the run tell each other in the store itself."""

_NOT_STORED = ("prefect", "batches", "run.lock", "log/progress.json")
_DERIVED = ("index.sqlite", ".lock")
_UNFINISHED, _DRAFT = ".tmp", ".duckdb.tmp"


def is_safe(path: str) -> bool:
    """Whether a name of a store is a place below a folder of this machine."""
    parts = path.split("/")
    return not {"", ".", ".."} & {*parts} and "\0" not in path


def local_files(folder: Path) -> dict[str, Stamp]:
    """The files of a home that belong into its store, by path relative to it."""
    found: dict[str, Stamp] = {}
    for parent, folders, names in os.walk(folder):
        for name in list(folders):
            if _DRAFT in name or Path(parent, name).relative_to(folder).as_posix() in _NOT_STORED:
                folders.remove(name)
        for name in names:
            path = Path(parent, name)
            relative = path.relative_to(folder).as_posix()
            if relative in _NOT_STORED or name.startswith(_DERIVED):
                continue
            if _DRAFT in name or name.endswith(_UNFINISHED):
                continue
            with suppress(FileNotFoundError):  # it is gone meanwhile
                if path.is_symlink():
                    found[relative + LINK] = (0, 0, str(path.readlink()))
                else:
                    found[relative] = stamp_of(path)
    return found


def stamp_of(path: Path) -> Stamp:
    """The stamp of a file that is no link."""
    state = path.stat()
    return state.st_size, state.st_mtime_ns, ""


class CopiedFiles:
    """For each file of a working copy, the version in the store to which it is equal.

    Attributes:
        versions: By path.
    """

    def __init__(self, path: Path) -> None:
        """Read what was known last; a file that cannot be read is written anew."""
        self._path = path
        self.versions: dict[str, str] = {}
        self._stamps: dict[str, Stamp] = {}
        try:
            known = json.loads(path.read_bytes())
            self.versions = {name: version for name, (version, *_) in known.items()}
            self._stamps = {name: (*stamp,) for name, (_, *stamp) in known.items()}
        except (OSError, ValueError, TypeError, AttributeError):
            self.versions, self._stamps = {}, {}

    def is_equal(self, path: str, stamp: Stamp | None) -> bool:
        """Whether a file here has not changed since it was equal to that of the store."""
        return stamp is not None and self._stamps.get(path) == stamp

    def keep(self, path: str, version: str, stamp: Stamp) -> None:
        """Note that a file here is equal to a version of the store."""
        self.versions[path], self._stamps[path] = version, stamp

    def forget(self, paths: Iterable[str]) -> None:
        """Note that files are neither here nor there."""
        for path in paths:
            self.versions.pop(path, None)
            self._stamps.pop(path, None)

    def save(self) -> None:
        """Write it, for the next command."""
        self._path.parent.mkdir(parents=True, exist_ok=True)
        known = {path: (version, *self._stamps[path]) for path, version in self.versions.items()}
        replace_atomically(self._path, json.dumps(known).encode())


def place(folder: Path, path: str) -> Path:
    """Where a file of a store is in a folder of this machine."""
    return folder.joinpath(*PurePosixPath(path).parts)
