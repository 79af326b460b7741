"""Errors of this package. Their messages contain no words of a call."""

from __future__ import annotations


class ModelsError(Exception):
    """Base class of the errors of `models`."""


class DataFilesError(ModelsError):
    """Data files written by people have errors; carries all of them, not only the first.

    Attributes:
        faults: One line each, `path:line: what; expected what`.
    """

    def __init__(self, faults: list[str]) -> None:
        super().__init__("\n".join(faults))
        self.faults = faults


class AudioError(ModelsError):
    """A recording cannot be read; the message says why and what to do."""


class TooLargeError(AudioError):
    """An item exceeds a limit; the message says which, and how to raise it."""


class WeightsError(ModelsError):
    """A model file is missing or is not the one that the catalog pins."""


class DeviceError(ModelsError):
    """This machine has no such device for recognition."""


class ListeningError(ModelsError):
    """A recording could be decoded but not transcribed.

    Attributes:
        call_id: The call.
    """

    def __init__(self, call_id: str, reason: str) -> None:
        super().__init__(
            call_id, reason
        )  # all arguments, or unpickling in another process would fail
        self.call_id = call_id
        self._reason = reason

    def __str__(self) -> str:
        return self._reason
