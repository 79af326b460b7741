"""The working folder of a source by URL: its metadata, and its recordings while they are needed."""

from __future__ import annotations

from concurrent.futures import ThreadPoolExecutor
from functools import partial
from typing import TYPE_CHECKING

from flows.errors import FlowsError
from flows.sources.file_names import UNFINISHED_SUFFIXES, may_be_recording
from flows.sources.opening import Problem, open_in_children, problem_of
from flows.stores.copied_files import CopiedFiles, is_safe, place, stamp_of
from flows.stores.opening import open_store
from models.call import Quarantined, QuarantineReason
from models.errors import TooLargeError
from warehouse.files import private_folder
from warehouse.lake.store import StoreError

if TYPE_CHECKING:
    from collections.abc import Sequence
    from pathlib import Path

    from flows.sources.opening import Opened
    from models.limits import Limits
    from warehouse.lake.store import Store, StoredFile

AT_ONCE = 8
"""Files that are fetched at the same time; a request to a store is mostly waiting."""


_LOOKED_INTO_AT_ONCE = 64


class Mirror:
    """A folder of this machine that shows what a store holds.

    Metadata are copied. Of each recording there is an empty file until it is fetched.

    Attributes:
        folder: The folder.
        stored: The files of the store, by path here.
    """

    def __init__(self, folder: Path, url: str) -> None:
        """Use a folder; nothing is read yet.

        Args:
            folder: The folder.
            url: The store.
        """
        self.folder, self._url = folder, url
        self.stored: dict[Path, StoredFile] = {}
        self._set_aside: list[Quarantined] = []

    def refresh(self) -> list[Quarantined]:
        """Make the folder show what the store holds; returns what of it cannot be shown.

        Raises:
            FlowsError: It holds nothing, as a store has no empty folders.
            StoreError: It cannot be reached.
        """
        store = open_store(self._url)
        private_folder(self.folder)
        listed = store.files()
        if not listed:
            raise FlowsError(f"{self._url}: nothing is there; pass the URL of recordings")
        self.stored, self._set_aside = {}, []
        for one in listed:
            path = place(self.folder, one.path)
            if is_safe(one.path):
                self.stored[path] = one
            else:
                problem = Problem(QuarantineReason.UNREADABLE, "no name of a file; rename it")
                self._set_aside.append(quarantined(path, problem))
        for path in [path for path in self.folder.rglob("*") if not path.is_dir()]:
            if path not in self.stored:
                path.unlink()
        self._refresh_metadata(store)
        return self._set_aside

    def _refresh_metadata(self, store: Store) -> None:
        known = CopiedFiles(self.folder.with_name(f"{self.folder.name}.copy") / "files.json")
        wanted = []
        for path, one in list(self.stored.items()):
            try:
                if may_be_recording(path) or path.suffix.lower() in UNFINISHED_SUFFIXES:
                    empty(path)
                elif known.versions.get(one.path) != one.version or not path.exists():
                    wanted.append(path)
            except OSError as error:  # a name too long, or one of a file and of a folder
                del self.stored[path]
                self._set_aside.append(quarantined(path, problem_of(error)))
        with ThreadPoolExecutor(AT_ONCE) as threads:
            problems = list(threads.map(partial(self.get, store), wanted))
        for path, problem in zip(wanted, problems, strict=True):
            if problem:
                path.unlink(missing_ok=True)
                self._set_aside.append(quarantined(path, problem))
            else:
                one = self.stored[path]
                known.keep(one.path, one.version, stamp_of(path))
        gone = {*known.versions} - {one.path for one in self.stored.values()}
        known.forget(gone)
        known.save()

    def opened(self, paths: Sequence[Path], limits: Limits) -> list[Opened]:
        """Fetch and open recordings."""
        store = open_store(self._url)
        with ThreadPoolExecutor(AT_ONCE) as threads:
            problems = list(threads.map(partial(self.get, store, limits=limits), paths))
        here = [path for path, problem in zip(paths, problems, strict=True) if problem is None]
        opened: dict[Path, Opened] = dict(zip(here, open_in_children(here, limits), strict=True))
        both = zip(paths, problems, strict=True)
        return [problem or opened[path] for path, problem in both]

    def looked_into(self, paths: Sequence[Path], limits: Limits) -> list[Opened]:
        """Open recordings, of which only a few are here at a time."""
        found: list[Opened] = []
        for first in range(0, len(paths), _LOOKED_INTO_AT_ONCE):
            part = paths[first : first + _LOOKED_INTO_AT_ONCE]
            found += self.opened(part, limits)
            for path in part:
                empty(path)
        return found

    def get(self, store: Store, path: Path, limits: Limits | None = None) -> Problem | None:
        """Fetch a file; returns why that is impossible."""
        try:
            if limits:
                limits.check("max_recording_mb", self.stored[path].size_bytes)
            store.get(path.relative_to(self.folder).as_posix(), path)
        except StoreError as error:
            detail = f"it cannot be fetched: {error}; then run again"
            return Problem(QuarantineReason.UNREADABLE, detail)
        except (OSError, TooLargeError) as error:
            return problem_of(error)
        return None


def empty(path: Path) -> None:
    """Show that there is a file, without its content."""
    if not path.exists():
        path.parent.mkdir(parents=True, exist_ok=True)
        path.touch()
    elif path.stat().st_size:
        path.write_bytes(b"")


def quarantined(path: Path, problem: Problem, call_id: str | None = None) -> Quarantined:
    """A file that cannot be evaluated."""
    return Quarantined(
        item=str(path), call_id=call_id, reason=problem.reason, detail=problem.detail
    )
