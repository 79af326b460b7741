"""Threads of recognition processes."""

from __future__ import annotations

import os


def use_one_thread() -> None:
    """Let numpy use one thread in processes that are started from now on.

    There is a process per core. The threads of its matrix products only wait for each other then,
    which cost a twentieth of the processor time of recognition.
    """
    os.environ.setdefault("OPENBLAS_NUM_THREADS", "1")
