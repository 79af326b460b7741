"""One run at a time per home folder."""

from __future__ import annotations

import fcntl
import os
import socket
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flows.errors import FlowsError

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


@contextmanager
def one_run(home: Path) -> Iterator[None]:
    """Hold the lock of a home folder, from intake to delivery; it ends with the process.

    Two runs at once would transcribe each call twice and send every list twice.

    Raises:
        FlowsError: Another run holds it; says which one, and since when.
    """
    home.mkdir(parents=True, exist_ok=True)
    with (home / "run.lock").open("a+") as lock:
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            lock.seek(0)
            holder = lock.read().strip() or "a process that has not said which"
            raise FlowsError(
                f"another run uses {home}: {holder}. Wait for it to finish, or end that process"
            ) from None
        lock.truncate(0)
        now = datetime.now(UTC)
        lock.write(
            f"process {os.getpid()} on {socket.gethostname()}, since {now:%Y-%m-%d %H:%M} UTC\n"
        )
        lock.flush()
        yield
