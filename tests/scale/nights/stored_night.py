"""A night whose recordings and home are in a store, as a process of its own that can be killed.

    python -m tests.scale.nights.stored_night RENDERING [killed]

Prints the names of the files that were fetched from the source, one a line.
"""

from __future__ import annotations

import os
import signal
import sys
from typing import TYPE_CHECKING

from flows.operation.one_run import one_run
from flows.settings.centre import Settings
from flows.stores.file_store import FileStore
from tests.night.recognitions.recorded_night import evaluate_night

if TYPE_CHECKING:
    from pathlib import Path


def main(rendering: str, *, is_killed: bool) -> None:
    """Run the night of `CALLQA_SOURCE` into `CALLQA_HOME`.

    Args:
        rendering: Which recognition of the night to use.
        is_killed: Whether to end by SIGKILL between the commit and the publication.
    """
    settings, get = Settings.with_overrides(), FileStore.get

    def noted(self: FileStore, path: str, to: Path) -> None:
        if settings.source in to.parents:
            print(path, flush=True)
        get(self, path, to)

    FileStore.get = noted  # type: ignore[method-assign]
    with one_run(settings.home):
        night = evaluate_night(settings.home, rendering, settings.source)
        if is_killed:
            os.kill(os.getpid(), signal.SIGKILL)
        night.publish()


if __name__ == "__main__":
    main(sys.argv[1], is_killed="killed" in sys.argv)
