"""One run at a time per home folder."""

from __future__ import annotations

import fcntl
import os
import signal
import socket
import time
from contextlib import contextmanager
from datetime import UTC, datetime
from typing import TYPE_CHECKING

from flows.errors import FlowsError
from flows.stores.home_copy import written

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path
    from typing import TextIO

_TRIES = 5
_BETWEEN_TRIES_S = 0.2


@contextmanager
def one_run(home: Path) -> Iterator[None]:
    """Hold the lock of a home folder, from intake to delivery; it ends with the process.

    Two runs at once would transcribe each call twice and send every list twice.

    Raises:
        FlowsError: Another run holds it; says which one, and since when. Or the folder cannot be
            written.
        StoreError: It is the working copy of a store that cannot be used.
    """
    # Polars, once imported, lets a wait go on that Ctrl-C should end (SA_RESTART).
    signal.siginterrupt(signal.SIGINT, True)  # noqa: FBT003  named by the system call
    with _opened_lock(home) as lock:
        if not _locked(lock):
            raise FlowsError(
                f"another run uses {home}: {_holder(lock)}. Wait for it to finish, or end that"
                " process"
            )
        lock.truncate(0)
        now = datetime.now(UTC)
        lock.write(
            f"process {os.getpid()} on {socket.gethostname()}, since {now:%Y-%m-%d %H:%M} UTC\n"
        )
        lock.flush()
        with written(home):
            yield


def holder_of(home: Path) -> str | None:
    """The process whose run uses a home folder, and since when; None if there is none."""
    try:
        with _lock(home).open() as lock:
            fcntl.flock(lock, fcntl.LOCK_SH | fcntl.LOCK_NB)
            return None
    except FileNotFoundError:
        return None
    except BlockingIOError:
        with _lock(home).open() as lock:
            return _holder(lock)


def _opened_lock(home: Path) -> TextIO:
    try:
        home.mkdir(parents=True, exist_ok=True)
        return _lock(home).open("a+")
    except OSError as error:
        raise FlowsError(
            f"{home} cannot be written ({error.strerror}): give access, or choose another home with"
            " --home or CALLQA_HOME, then run again"
        ) from None


def _lock(home: Path) -> Path:
    return home / "run.lock"


def _holder(lock: TextIO) -> str:
    lock.seek(0)
    return lock.read().strip() or "a process that has not said which"


def _locked(lock: TextIO) -> bool:
    """Take the lock; tries again for a second, since `holder_of` holds it for a moment."""
    for _ in range(_TRIES):
        try:
            fcntl.flock(lock, fcntl.LOCK_EX | fcntl.LOCK_NB)
        except BlockingIOError:
            time.sleep(_BETWEEN_TRIES_S)
        else:
            return True
    return False
