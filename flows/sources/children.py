"""Child processes that end with their parent, and when native code in them hangs."""

from __future__ import annotations

import multiprocessing
import os
import threading
from contextlib import contextmanager
from multiprocessing.connection import wait
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


def end_with_parent() -> None:
    """Let this process exit with its parent, even if that is killed: orphans keep a core busy."""
    threading.Thread(target=_follow_parent, daemon=True).start()


@contextmanager
def at_most(seconds: float) -> Iterator[None]:
    """Exit from this process if the block takes longer, so that its pool notices.

    Nothing else stops native code or an endless loop.
    """
    watchdog = threading.Timer(seconds, os._exit, args=(1,))
    watchdog.daemon = True
    watchdog.start()
    try:
        yield
    finally:
        watchdog.cancel()


def _follow_parent() -> None:
    parent = multiprocessing.parent_process()
    if parent is not None:
        wait([parent.sentinel])
        os._exit(1)
