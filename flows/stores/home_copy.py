"""The working copy of a home folder that is kept in a store."""

from __future__ import annotations

import fcntl
import os
import secrets
from concurrent.futures import ThreadPoolExecutor
from contextlib import contextmanager, suppress
from functools import partial
from pathlib import Path
from tempfile import NamedTemporaryFile
from typing import TYPE_CHECKING

from flows.settings.places import copied_url
from flows.stores.copied_files import (
    BATCHES,
    LINK,
    CopiedFiles,
    is_safe,
    local_files,
    place,
    stamp_of,
)
from flows.stores.mirror import AT_ONCE
from flows.stores.opening import open_store
from flows.stores.writer import WRITER, claim, locked, only_writer_here
from warehouse.files import point_atomically, private_folder
from warehouse.lake.store import MissingFileError, StoreError

if TYPE_CHECKING:
    from collections.abc import Iterable, Iterator

    from flows.stores.copied_files import Stamp
    from warehouse.lake.store import Store, StoredFile

_NAMES_COME_LAST = ("lake/manifest/", "lake/run/", "lake/catalogue/", "delivered/")
"""What says that other files count, and must not be stored before they are."""


def bring_up_to_date(home: Path) -> None:
    """Fetch what another machine has changed in a home by URL; nothing to do for a folder.

    While a command of this machine writes, its working copy is the newest there is.

    Raises:
        StoreError: The store cannot be used.
    """
    if url := copied_url(home):
        HomeCopy(home, url).pull()


def write_back(home: Path) -> None:
    """Store what this process has changed in a home by URL that it writes.

    Raises:
        StoreError: The store cannot be used.
    """
    if url := copied_url(home):
        HomeCopy(home, url).push()


def take_stored(home: Path, files: Iterable[StoredFile]) -> None:
    """Fetch what Dask workers have put into the store of a home by URL that this process writes.

    Raises:
        StoreError: The store cannot be used.
    """
    if url := copied_url(home):
        HomeCopy(home, url).take(files)


@contextmanager
def written(home: Path) -> Iterator[None]:
    """Be the one writer of a home by URL: up to date when it begins, stored when it ends.

    Raises:
        FlowsError: Another process writes; says which one, since when, and what to do.
        StoreError: The store cannot be used.
    """
    if url := copied_url(home):
        with HomeCopy(home, url).writing():
            yield
    else:
        yield


def _is_ours(path: str) -> bool:
    return is_safe(path) and path != WRITER and not path.startswith(BATCHES)


class HomeCopy:
    """A folder of this machine that is kept equal to a store.

    What was changed here and not stored, since the run was killed, is kept if the store is still as
    this machine left it; if another machine has written since, the store counts.
    """

    def __init__(self, folder: Path, url: str) -> None:
        """Use a working copy; nothing is read yet.

        Args:
            folder: The folder.
            url: The store.
        """
        self.folder, self.url = folder, url
        self._beside = folder.with_name(f"{folder.name}.copy")

    def pull(self) -> None:
        """Make the folder equal to the store, unless a process of this machine is writing."""
        store = open_store(self.url)
        with locked(self._beside, "pull", fcntl.LOCK_EX):
            try:
                with locked(self._beside, "writer", fcntl.LOCK_SH | fcntl.LOCK_NB):
                    pass
            except BlockingIOError:
                return
            self._pull(store)

    def push(self) -> None:
        """Store what has changed in the folder: names of files after the files, deletions last."""
        store, known, here = open_store(self.url), self._known(), local_files(self.folder)
        changed = sorted(path for path in here if not known.is_equal(path, here[path]))
        links = [path for path in changed if path.endswith(LINK)]
        last = [path for path in changed if path.startswith(_NAMES_COME_LAST)]
        first = [path for path in changed if path not in {*links, *last}]
        gone = sorted(known.versions.keys() - here.keys())
        try:
            with ThreadPoolExecutor(AT_ONCE) as threads:
                for group in (first, last, links):
                    for one in threads.map(partial(self._put, store), group):
                        if one:
                            known.keep(one.path, one.version, here[one.path])
                for path, _ in zip(gone, threads.map(store.remove, gone), strict=True):
                    known.forget([path])
        finally:
            if changed or gone:
                known.save()

    def take(self, files: Iterable[StoredFile]) -> None:
        """Fetch files that are in the store, and are no change of this folder."""
        known = self._known()
        try:
            self._get_all(open_store(self.url), list(files), known)
        finally:
            known.save()

    @contextmanager
    def writing(self) -> Iterator[None]:
        """Be the one writer: up to date when it begins, stored when it ends, however it ends."""
        with only_writer_here(self._beside, self.url):
            store = open_store(self.url)
            claim(store, self._own_id())
            try:
                with locked(self._beside, "pull", fcntl.LOCK_EX):
                    self._pull(store)
                try:
                    yield
                except BaseException:
                    with suppress(StoreError):  # it would hide what has happened
                        self.push()
                    raise
                self.push()
            finally:
                with suppress(StoreError):  # the next writer of this machine takes it over
                    open_store(self.url).remove(WRITER)

    def _pull(self, store: Store) -> None:
        private_folder(self.folder)
        self.folder.chmod(0o700)  # also where a run has made it
        known = self._known()
        stored = {
            one.path: one for one in store.files() if one.path != WRITER and is_safe(one.path)
        }
        if {path: one.version for path, one in stored.items()} == known.versions:
            return
        here = local_files(self.folder)
        for path in here.keys() - stored.keys():
            place(self.folder, path.removesuffix(LINK)).unlink()
        wanted = [
            one
            for path, one in sorted(stored.items(), key=lambda item: item[0].endswith(LINK))
            if known.versions.get(path) != one.version or not known.is_equal(path, here.get(path))
        ]
        known.forget([path for path in known.versions if path not in stored])
        try:
            self._get_all(store, wanted, known)
        finally:
            known.save()

    def _get_all(self, store: Store, wanted: list[StoredFile], known: CopiedFiles) -> None:
        with ThreadPoolExecutor(AT_ONCE) as threads:
            stamps = threads.map(partial(self._get, store), wanted)
            for one, stamp in zip(wanted, stamps, strict=True):
                if stamp:
                    known.keep(one.path, one.version, stamp)

    def _known(self) -> CopiedFiles:
        return CopiedFiles(self._beside / "files.json")

    def _get(self, store: Store, one: StoredFile) -> Stamp | None:
        """Fetch a file; returns its stamp here, or None if it is gone meanwhile."""
        with suppress(MissingFileError):
            return self._fetched(store, one)
        return None

    def _fetched(self, store: Store, one: StoredFile) -> Stamp:
        if one.path.endswith(LINK):
            target = store.read(one.path).decode()
            link = place(self.folder, one.path.removesuffix(LINK))
            if not is_safe(target) or "/" in target:
                raise StoreError(f"{self.url}/{one.path}: no name of a file beside it; delete it")
            link.parent.mkdir(parents=True, exist_ok=True)
            point_atomically(link, target)
            return 0, 0, target
        file = place(self.folder, one.path)
        store.get(one.path, file)
        os.utime(file, (one.stored_s, one.stored_s))  # the order of some files is that of time
        return stamp_of(file)

    def _put(self, store: Store, path: str) -> StoredFile | None:
        """Store a file or the target of a link; None if it is gone meanwhile."""
        file = place(self.folder, path.removesuffix(LINK))
        try:
            if not path.endswith(LINK):
                return store.put(path, file)
            with NamedTemporaryFile(dir=self._beside) as draft:
                draft.write(str(file.readlink()).encode())
                draft.flush()
                return store.put(path, Path(draft.name))
        except (StoreError, OSError):
            if file.is_symlink() or file.exists():
                raise
            return None

    def _own_id(self) -> str:
        """What tells this working copy from those of other machines."""
        path = self._beside / "id"
        if not path.exists():
            path.write_text(secrets.token_hex(8), encoding="ascii")
        return path.read_text(encoding="ascii")
