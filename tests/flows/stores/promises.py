"""What every store must do, whatever it is."""

from __future__ import annotations

import time
from concurrent.futures import ThreadPoolExecutor
from typing import TYPE_CHECKING

import pytest

from warehouse.lake.store import MissingFileError

if TYPE_CHECKING:
    from pathlib import Path

    from warehouse.lake.store import Store, StoredFile

ODD = "days/2026-03-10/Grüße #1 & 50 %?.txt"


def check_store(store: Store, here: Path) -> None:
    """Check an empty store.

    Args:
        store: The store.
        here: A folder of this machine.
    """
    here.mkdir()
    assert store.files() == store.files("days") == []
    _check_files(store, here)
    _check_absence(store, here)
    with ThreadPoolExecutor(8) as threads:
        made = list(threads.map(lambda number: store.put_new("held", b"%d" % number), range(8)))
    assert sum(made) == 1
    assert store.read("held") == b"%d" % made.index(True)


def _check_files(store: Store, here: Path) -> None:
    file = here / "file"
    versions: dict[str, StoredFile] = {}
    for path, content in {"plain": b"one", ODD: b"three", "days/empty": b""}.items():
        file.write_bytes(content)
        versions[path] = store.put(path, file)
        assert store.read(path) == content
        store.get(path, here / "copies" / path)
        assert (here / "copies" / path).read_bytes() == content
    assert store.files() == sorted(versions.values())
    assert {one.path: one.size_bytes for one in store.files()} == {
        "days/empty": 0,
        "plain": 3,
        ODD: 5,
    }
    assert all(abs(one.stored_s - time.time()) < 100 for one in store.files())
    assert [one.path for one in store.files("days")] == sorted(["days/empty", ODD])
    assert store.files("day") == []
    file.write_bytes(b"other")  # SFTP tells times in whole seconds: only the size may tell
    assert store.put("plain", file).version != versions["plain"].version
    assert store.read("plain") == b"other"


def _check_absence(store: Store, here: Path) -> None:
    for _ in range(2):
        store.remove("plain")
    with pytest.raises(MissingFileError):
        store.read("plain")
    with pytest.raises(MissingFileError):
        store.get("plain", here / "missing")
    assert not (here / "missing").exists()
