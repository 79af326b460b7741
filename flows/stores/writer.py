"""The one writer of a home that several machines can reach."""

from __future__ import annotations

import json
import os
import socket
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flows.errors import FlowsError
from warehouse.lake.store import MissingFileError

if TYPE_CHECKING:
    from warehouse.lake.store import Store

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


def _note(store: Store) -> dict[str, object]:
    """Who writes; without a copy if it has just ended."""
    try:
        found = json.loads(store.read(WRITER))
    except MissingFileError:
        return {}
    except ValueError:
        found = None
    return found if isinstance(found, dict) else {"copy": None}
