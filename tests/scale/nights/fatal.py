"""A listener that ends its Dask worker on one call, as a machine without memory does."""

from __future__ import annotations

import os
import signal
import time
from dataclasses import dataclass
from typing import TYPE_CHECKING

from tests.night.recognitions.recorded import RecordedFactory, RecordedListener

if TYPE_CHECKING:
    from models.call import Call, Recording
    from models.transcript import Transcript


class FatalListener(RecordedListener):
    """Says what was recorded, and of one call ends the worker whose child it is in."""

    def __init__(self, rendering: str, fatal: str) -> None:
        super().__init__(rendering)
        self._fatal = fatal

    def listen(self, call: Call, recording: Recording) -> Transcript:
        """What was recorded of any other call."""
        if call.call_id == self._fatal:
            os.kill(os.getppid(), signal.SIGKILL)
            time.sleep(60)  # until this process follows
        return super().listen(call, recording)


@dataclass(frozen=True, slots=True)
class FatalFactory(RecordedFactory):
    """Makes such listeners.

    Attributes:
        fatal: Id of the call.
    """

    fatal: str

    def __call__(self) -> RecordedListener:
        """Read the rendering."""
        return FatalListener(self.rendering, self.fatal)
