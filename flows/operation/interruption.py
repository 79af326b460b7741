"""The end of a run by Ctrl-C or SIGTERM: at once, and with a line that says what is kept."""

from __future__ import annotations

import signal
import sys
from typing import TYPE_CHECKING, NoReturn

from warehouse.lake.lake import Lake

if TYPE_CHECKING:
    from flows.settings.centre import Settings

_BEFORE = "stopped before anything was evaluated; nothing has changed."


def end_on_sigterm() -> None:
    """Let SIGTERM end this process like Ctrl-C: children and the run's records are seen to.

    Prefect has a handler of its own while a flow runs, and sends the signal again afterwards.
    """
    signal.signal(signal.SIGTERM, _interrupt)


def say_stopped(text: str = _BEFORE) -> None:
    """Say on standard error how a run was ended."""
    sys.stderr.write(f"\n{text}\n")


class Kept:
    """What a run keeps if it is ended now."""

    def __init__(self, settings: Settings) -> None:
        """Note what the lake holds before the run.

        Raises:
            LakeError: The lake is damaged.
        """
        self._lake = Lake(settings.lake, settings.time_zone)
        self._before = self._lake.last_commit_no()

    @property
    def text(self) -> str:
        """What is kept, and what the next run does."""
        lake = self._lake
        count, last = lake.index.count_since(self._before), lake.last_commit_no()
        newest = lake.runs()[-1:]
        if any(run.lists_written and run.last_commit_no == last for run in newest):
            kept = "everything that is stored is published"
        else:
            kept = f"stored by this run and not published yet: {count} calls"
        return (
            f"stopped; {kept}. Run it again: it does the rest, publishes, and sends the lists that"
            " were not sent yet."
        )


def _interrupt(*_: object) -> NoReturn:
    raise KeyboardInterrupt
