"""The one writer of a home that several machines can reach."""

from __future__ import annotations

import fcntl
import json
import os
import socket
import time
from contextlib import ExitStack, contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flows.errors import FlowsError
from warehouse.files import private_folder
from warehouse.lake.store import MissingFileError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path

    from warehouse.lake.store import Store

_TRIES, _BETWEEN_TRIES_S = 25, 0.2

WRITER = "writer.json"
"""The file of a store that says who writes; it is created only if it is absent."""


def claim(store: Store, copy: str) -> None:
    """Be the writer of a store.

    Args:
        store: The store.
        copy: Id of the working copy, whose one writer this process is. A note of another process of
            this copy is left from one that was killed.

    Raises:
        FlowsError: Another working copy writes; says who, since when, and what to do.
    """
    note = {
        "copy": copy,
        "host": socket.gethostname(),
        "process": os.getpid(),
        "began": f"{datetime.now(UTC):%Y-%m-%d %H:%M} UTC",
    }
    content = json.dumps(note).encode()
    if store.put_new(WRITER, content):
        return
    other = _note(store)
    if other.get("copy", copy) == copy:
        store.remove(WRITER)
        if store.put_new(WRITER, content):
            return
        other = _note(store)
    who = f"process {other.get('process')} on {other.get('host')}, since {other.get('began')}"
    raise FlowsError(
        f"another machine writes {store.url}: {who}. Wait for it to finish; if it was killed, run"
        f" it there again, or, if that machine is gone, delete {store.url}/{WRITER}"
    )


@contextmanager
def only_writer_here(beside: Path, url: str) -> Iterator[None]:
    """Be the only process of this machine that writes a store.

    Args:
        beside: Folder of the locks of the working copy.
        url: The store.

    Raises:
        FlowsError: Another process of this machine writes.
    """
    with ExitStack() as held:
        for left in reversed(range(_TRIES)):
            try:
                held.enter_context(locked(beside, "writer", fcntl.LOCK_EX | fcntl.LOCK_NB))
                break
            except BlockingIOError:  # others look for a moment whether somebody writes
                if not left:
                    raise FlowsError(
                        f"another command on this machine writes {url}; wait for it to finish"
                    ) from None
                time.sleep(_BETWEEN_TRIES_S)
        yield


@contextmanager
def locked(beside: Path, name: str, how: int) -> Iterator[None]:
    """Hold a lock of a working copy, which its processes on this machine share."""
    private_folder(beside)
    with (beside / f"{name}.lock").open("w") as lock:
        fcntl.flock(lock, how)
        yield


def _note(store: Store) -> dict[str, object]:
    """Who writes; without a copy if it has just ended."""
    try:
        found = json.loads(store.read(WRITER))
    except MissingFileError:
        return {}
    except ValueError:
        found = None
    return found if isinstance(found, dict) else {"copy": None}
