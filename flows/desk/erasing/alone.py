"""The lock of the home folder, for acts that no run may meet."""

from __future__ import annotations

from contextlib import ExitStack, contextmanager
from typing import TYPE_CHECKING

from flows.errors import FlowsError
from flows.operation.one_run import one_run

if TYPE_CHECKING:
    from collections.abc import Iterator
    from pathlib import Path


class BusyError(Exception):
    """A run uses the home folder, or another erasure is under way."""


@contextmanager
def alone(home: Path) -> Iterator[None]:
    """Hold the lock of a home folder.

    Raises:
        BusyError: A run holds it.
    """
    with ExitStack() as stack:
        try:
            stack.enter_context(one_run(home))
        except FlowsError:
            raise BusyError from None
        yield
