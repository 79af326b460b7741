"""A folder of one process, which is removed also if that process is killed."""

from __future__ import annotations

import fcntl
import shutil
from contextlib import contextmanager
from pathlib import Path
from tempfile import mkdtemp
from typing import TYPE_CHECKING

from flows.settings.stores import StoreSettings
from warehouse.files import one_writer, private_folder

if TYPE_CHECKING:
    from collections.abc import Iterator

_LOCK = "in-use.lock"


@contextmanager
def own_folder() -> Iterator[Path]:
    """A new folder below `CALLQA_CACHE`, for as long as the block lasts.

    Folders of processes that are gone are removed: there may be recordings in them.
    """
    root = StoreSettings.read().cache.resolve() / "workers"
    private_folder(root)
    with one_writer(root):
        for other in root.iterdir():
            if other.is_dir() and not _is_in_use(other):
                shutil.rmtree(other, ignore_errors=True)
        folder = Path(mkdtemp(dir=root))
        lock = (folder / _LOCK).open("w")
        fcntl.flock(lock, fcntl.LOCK_EX)
    try:
        yield folder
    finally:
        shutil.rmtree(folder, ignore_errors=True)
        lock.close()


def _is_in_use(folder: Path) -> bool:
    try:
        with (folder / _LOCK).open("w") as lock:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
    except BlockingIOError:
        return True
    return False
