"""Files in memory, for libraries that want a path: of what must never lie in clear on a disk."""

from __future__ import annotations

import os
from contextlib import contextmanager
from pathlib import Path
from typing import TYPE_CHECKING

if TYPE_CHECKING:
    from collections.abc import Iterator


@contextmanager
def in_memory(content: bytes = b"") -> Iterator[Path]:
    """A file that has no name in any folder, and is gone with the block, or with the process.

    Its path is good for reading and writing in this process. Linux only.

    Args:
        content: What it holds at first.
    """
    with os.fdopen(os.memfd_create("callqa"), "wb") as file:
        file.write(content)
        file.flush()
        yield Path(f"/proc/self/fd/{file.fileno()}")
